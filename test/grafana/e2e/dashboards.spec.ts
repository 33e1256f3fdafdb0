import { readFileSync, readdirSync } from 'node:fs';
import { expect, test } from '@grafana/plugin-e2e';

const boards = new URL('../../../dashboards/team/', import.meta.url);

interface Board {
  readonly uid: string;
  readonly title: string;
}

interface Answer {
  readonly results: Readonly<
    Record<
      string,
      {
        readonly error?: string;
        readonly frames?: readonly { readonly data: { readonly values: readonly (readonly unknown[])[] } }[];
      }
    >
  >;
}

/** Of these the demo may have none: nothing was marked or migrated, and it has neither Git nor bills. */
const mayBeEmpty = new Set([
  'annotations',
  'savings',
  'runtime-migration',
  'repositories',
  'package-use',
  'data-transfer',
]);

const all = readdirSync(boards)
  .filter((name) => name.endsWith('.json'))
  .map((name) => JSON.parse(readFileSync(new URL(name, boards), 'utf8')) as Board);

// Tall enough for Grafana to load every panel, without scrolling.
test.use({ viewport: { width: 1600, height: 6000 } });

for (const { uid, title } of all)
  for (const theme of ['dark', 'light'])
    test(`${title}, ${theme}: no error, no empty panel`, async ({ page }) => {
      const failures: string[] = [];
      const slowest = { view: '', seconds: 0 };
      let open = 0;
      page.on('request', (request) => (open += request.url().includes('/api/ds/query') ? 1 : 0));
      page.on('requestfinished', async (request) => {
        if (!request.url().includes('/api/ds/query')) return;
        const response = await request.response();
        const body = (await response?.json().catch(() => null)) as Answer | null;
        const asked = (request.postDataJSON() as { queries: { refId: string; view?: string }[] }).queries;
        for (const { refId, view = '' } of asked) {
          const { error, frames = [] } = body?.results[refId] ?? { error: 'no answer' };
          if (error) failures.push(`${view}: ${error}`);
          else if (!mayBeEmpty.has(view) && !frames.some(({ data }) => data.values[0]?.length))
            failures.push(`${view}: empty`);
          const seconds = request.timing().responseEnd / 1000;
          if (seconds > slowest.seconds) Object.assign(slowest, { view, seconds });
        }
        if (!response?.ok()) failures.push(`${request.url()} answered ${String(response?.status())}`);
        open -= 1;
      });
      page.on('requestfailed', (request) => (open -= request.url().includes('/api/ds/query') ? 1 : 0));
      page.on('pageerror', (error) => failures.push(error.message));

      const started = performance.now();
      await page.goto(`/d/${uid}?kiosk&theme=${theme}`);
      await expect(page.locator('[data-testid^="data-testid Panel header"]').first()).toBeVisible();
      await expect(page.getByLabel('Panel loading bar')).toHaveCount(0);
      await expect.poll(() => open).toBe(0);
      const painted = ((performance.now() - started) / 1000).toFixed(1);
      console.log(`${title}: painted after ${painted} s; slowest ${slowest.view} ${slowest.seconds.toFixed(2)} s`);

      expect(failures).toEqual([]);
      await expect(page.locator('[data-testid="data-testid Panel status error"]')).toHaveCount(0);
      await expect(page.getByText('No data', { exact: true })).toHaveCount(0);
      await page.screenshot({ path: `test-results/e2e/${uid}-${theme}.png` });
    });
