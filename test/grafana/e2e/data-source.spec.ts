import { expect, test } from '@grafana/plugin-e2e';
import { ingestor } from './environment.ts';

const type = 'scevoice-platform-datasource';
const prefix = 'sce-voice end-to-end';

test.afterAll(async ({ request }) => {
  const all = (await (await request.get('/api/datasources')).json()) as { uid: string; name: string }[];
  for (const { uid, name } of all) if (name.startsWith(prefix)) await request.delete(`/api/datasources/uid/${uid}`);
});

test('a data source is saved and healthy, and says what it reached', async ({ createDataSourceConfigPage, page }) => {
  const config = await createDataSourceConfigPage({ type, name: `${prefix} ${String(Date.now())}` });
  await page.locator('#sce-address').fill(ingestor.url);
  await page.locator('#sce-token').fill(ingestor.token);
  await expect(config.saveAndTest()).toBeOK();
  await expect(
    page.getByText(/Reached sce-voice \d+\.\d+\.\d+ at .*QuestDB ready, \d+ views, scope aggregate/),
  ).toBeVisible();
});

test('a data source with another token says so', async ({ createDataSourceConfigPage, page }) => {
  const config = await createDataSourceConfigPage({ type, name: `${prefix}, refused ${String(Date.now())}` });
  await page.locator('#sce-address').fill(ingestor.url);
  await page.locator('#sce-token').fill('not-the-token-0123456789');
  await expect(config.saveAndTest()).not.toBeOK();
  await expect(page.getByText(/refused the token of this data source/)).toBeVisible();
});

test('the provisioned data source is healthy', async ({ request }) => {
  const response = await request.get('/api/datasources/uid/sce-voice/health');
  expect(await response.json()).toMatchObject({ status: 'OK', message: expect.stringContaining('Reached sce-voice') });
});
