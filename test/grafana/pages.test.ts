import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { closeBrowser, openHarness, playedData, type Harness, type HarnessOptions } from './harness/open.ts';

/** The app's pages, built, in Chromium, in front of the real backend and ingestor. */

vi.setConfig({ testTimeout: 300_000 });

let harness: Harness;
const open = async (path: string, options?: HarnessOptions): Promise<Harness> => {
  harness = await openHarness(options);
  await harness.mount({ kind: 'app', path });
  return harness;
};

beforeAll(playedData, 900_000);
afterEach(async () => {
  expect(harness.complaints).toEqual([]);
  await harness.close();
});
afterAll(closeBrowser);

const questions = [
  ['What does it cost?', /^\$[\d.]+ ?K?$/],
  ['What lies idle?', /^\d+(\.\d+)?%$/],
  ['What becomes of containers?', /^\d+(\.\d+)?%$/],
  ['Who uses it?', /^\d+$/],
  ['What can be cleaned up?', /^[\d.]+ [KMGT]?i?B$/],
] as const;

/** Answers with `status` and `message` where the backend would. */
async function failing(page: Harness['page'], status: number, message: string): Promise<void> {
  await page.route('**/api/**', (route) => route.fulfill({ status, json: { message } }));
}

describe('home', () => {
  it.each([
    ['dark', 1280],
    ['light', 420],
  ] as const)('answers the five questions with figures (%s, %i wide)', async (theme, width) => {
    const { page } = await open('', { theme, width, height: 1400 });
    for (const [question, figure] of questions)
      await page.getByRole('region', { name: question }).getByText(figure).waitFor();
    const wider = (): Promise<number> =>
      page.evaluate(() => {
        const { scrollWidth, clientWidth } = (globalThis as unknown as { document: { body: Record<string, number> } })
          .document.body;
        return scrollWidth! - clientWidth!;
      });
    await expect.poll(wider).toBe(0);
    await harness.screenshot(`home-${theme}`);
  });

  it('leads to the dashboards', async () => {
    const { page } = await open('');
    for (const [name, uid] of [
      ['Platform overview', 'sce-overview'],
      ['Idle cores and right-sizing', 'sce-idle'],
      ['Connect clean-up', 'sce-connect-cleanup'],
      ['Runbooks', 'sce-runbooks'],
    ] as const) {
      const link = page.getByRole('link', { name });
      await link.waitFor();
      expect(await link.getAttribute('href')).toBe(`/d/${uid}`);
    }
  });

  it('shows that it waits, and says so when there is no answer', async () => {
    harness = await openHarness();
    const { page, mount } = harness;
    let answer = (): void => undefined;
    const released = new Promise<void>((resolve) => (answer = resolve));
    await page.route('**/api/ds/query**', async (route) => {
      await released;
      await route.fulfill({ status: 502, json: { message: 'sce-voice is not there' } });
    });
    await mount({ kind: 'app', path: '' });
    await page.getByTestId('waiting').first().waitFor();
    answer();
    await page.getByText('There are no figures at the moment').waitFor();
    await expect.poll(() => page.getByText('no figure yet').count()).toBe(5);
    await harness.screenshot('home-no-answer');
  });

  it('begins with the data source where there is none', async () => {
    harness = await openHarness({ theme: 'light' });
    await harness.setDataSourceInstalled(false);
    await harness.mount({ kind: 'app', path: '' });
    const link = harness.page.getByRole('link', { name: 'Add the data source' });
    await link.waitFor();
    expect(await link.getAttribute('href')).toBe('/connections/datasources/scevoice-platform-datasource');
    await harness.screenshot('home-no-data-source');
  });
});

describe('data quality', () => {
  it('lists every metric, the worst first, and filters', async () => {
    const { page } = await open('/data-quality', { height: 1000 });
    await page.getByRole('region', { name: 'Coverage' }).getByText('%').waitFor();
    const rows = page.getByRole('row');
    await expect.poll(() => rows.count()).toBeGreaterThan(10);
    await page.getByPlaceholder('Job or metric').fill('container_cpu_usage');
    await expect.poll(() => rows.count()).toBe(2);
    await page.getByPlaceholder('Job or metric').fill('nothing of this name');
    await page.getByText('No such job or metric').waitFor();
    await page.getByPlaceholder('Job or metric').fill('');
    await harness.screenshot('data-quality');
  });

  it('fits a telephone, in light', async () => {
    const { page } = await open('/data-quality', { theme: 'light', width: 420, height: 900 });
    await page.getByRole('region', { name: 'Newest sample' }).getByText('ago').waitFor();
    await harness.screenshot('data-quality-light-narrow');
  });

  it('says what went wrong, and tries again', async () => {
    harness = await openHarness();
    await failing(harness.page, 503, 'QuestDB is not reachable');
    await harness.mount({ kind: 'app', path: '/data-quality' });
    await harness.page.getByText('QuestDB is not reachable').waitFor();
    await harness.screenshot('data-quality-error');
    await harness.page.unroute('**/api/**');
    await harness.page.getByRole('button', { name: 'Try again' }).click();
    await harness.page.getByRole('region', { name: 'Coverage' }).waitFor();
  });
});

describe('configuration check', () => {
  it('finds what works', async () => {
    const { page } = await open('/check', { theme: 'light' });
    await page.getByText(/Reached sce-voice/).waitFor();
    for (const said of [
      'Scope platform: everything, persons included',
      /\d+ departments, small ones shown together/,
      'All usage of the last 30 days has a price (USD).',
      'Coefficients and the grid’s intensity are known.',
    ])
      await page.getByText(said).waitFor();
    await harness.screenshot('check-light');
  });

  it('finds what is missing, and says what to do', async () => {
    harness = await openHarness({ width: 700, height: 1000 });
    const { page } = harness;
    // A new installation: it is reached, but nothing has been set up yet.
    await page.route('**/resources/values/**', (route) =>
      route.fulfill({ json: { parameter: 'department', values: [], notices: [] } }),
    );
    await page.route('**/api/ds/query**', (route) =>
      route.fulfill({
        json: {
          results: Object.fromEntries(
            (route.request().postDataJSON() as { queries: { refId: string }[] }).queries.map(({ refId }) => [
              refId,
              { status: 200, frames: [{ schema: { refId, fields: [] }, data: { values: [] } }] },
            ]),
          ),
        },
      }),
    );
    await harness.mount({ kind: 'app', path: '/check' });
    await page.getByText('Missing: container_cpu_usage_seconds_total').waitFor();
    await page.getByText('Scrape kube-state-metrics and send it on').waitFor();
    await page.getByText('Configure a feed under hr.feeds').waitFor();
    await page.getByText(/things are still to do/).waitFor();
    await harness.screenshot('check-missing');
  });

  it('keeps apart what could not be checked', async () => {
    harness = await openHarness();
    await failing(harness.page, 502, 'connection refused');
    await harness.mount({ kind: 'app', path: '/check' });
    await harness.page.getByText('Check address, token and TLS').waitFor();
    await harness.page
      .getByText(/could not be checked/)
      .first()
      .waitFor();
    await harness.screenshot('check-unreachable');
  });
});

it('the plugin’s own page leads through the set-up', async () => {
  harness = await openHarness();
  await harness.mount({ kind: 'app-config' });
  await harness.page.getByText('Set-up in three steps').waitFor();
  const link = harness.page.getByRole('link', { name: 'Configuration check' });
  expect(await link.getAttribute('href')).toBe('/a/scevoice-platform-app/check');
  await harness.screenshot('set-up');
});
