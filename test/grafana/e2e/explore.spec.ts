import { expect, test } from '@grafana/plugin-e2e';

test('Explore asks a view and shows its answer', async ({ page }) => {
  const datasource = { type: 'scevoice-platform-datasource', uid: 'sce-voice' };
  const query = { refId: 'A', datasource, view: 'idle-cores-summary', params: { group_by: ['role'] }, format: 'table' };
  const pane = { datasource: 'sce-voice', queries: [query], range: { from: 'now-30d', to: 'now' } };
  const answered = page.waitForResponse((response) => response.url().includes('/api/ds/query'));
  await page.goto(`/explore?schemaVersion=1&orgId=1&panes=${encodeURIComponent(JSON.stringify({ a: pane }))}`);
  expect((await answered).ok()).toBe(true);
  await expect(page.getByText('How it is computed').first()).toBeVisible();
  await expect(page.getByText('Statistician').first()).toBeVisible();
  await page.screenshot({ path: 'test-results/e2e/explore.png' });
});
