import { readFileSync, readdirSync } from 'node:fs';
import { expect, test } from '@grafana/plugin-e2e';

const boards = new URL('../../../dashboards/team/', import.meta.url);

interface Board {
  readonly uid: string;
  readonly title: string;
}

interface Answer {
  readonly results: Readonly<Record<string, { readonly error?: string; readonly frames?: readonly unknown[] }>>;
}

const all = readdirSync(boards)
  .filter((name) => name.endsWith('.json'))
  .map((name) => JSON.parse(readFileSync(new URL(name, boards), 'utf8')) as Board);

// Tall enough for Grafana to load every panel, without scrolling.
test.use({ viewport: { width: 1600, height: 6000 } });

for (const { uid, title } of all)
  test(`${title}: no error, no empty panel`, async ({ page }) => {
    const failures: string[] = [];
    let open = 0;
    page.on('request', (request) => (open += request.url().includes('/api/ds/query') ? 1 : 0));
    page.on('requestfinished', async (request) => {
      if (!request.url().includes('/api/ds/query')) return;
      const response = await request.response();
      const body = (await response?.json().catch(() => null)) as Answer | null;
      for (const [refId, { error }] of Object.entries(body?.results ?? {}))
        if (error) failures.push(`${refId}: ${error}`);
      if (!response?.ok()) failures.push(`${request.url()} answered ${String(response?.status())}`);
      open -= 1;
    });
    page.on('requestfailed', (request) => (open -= request.url().includes('/api/ds/query') ? 1 : 0));
    page.on('pageerror', (error) => failures.push(error.message));

    await page.goto(`/d/${uid}?kiosk`);
    await expect(page.locator('[data-testid^="data-testid Panel header"]').first()).toBeVisible();
    await expect(page.getByLabel('Panel loading bar')).toHaveCount(0);
    await expect.poll(() => open).toBe(0);

    expect(failures).toEqual([]);
    await expect(page.locator('[data-testid="data-testid Panel status error"]')).toHaveCount(0);
    await expect(page.getByText('No data', { exact: true })).toHaveCount(0);
    await page.screenshot({ path: `test-results/e2e/${uid}.png` });
  });
