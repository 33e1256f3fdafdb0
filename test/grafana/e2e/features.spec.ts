import { expect, test } from '@grafana/plugin-e2e';
import { boardsOf, questionsIn } from './boards.ts';
import { questionsOf, watch } from './watch.ts';

const datasource = { type: 'scevoice-platform-datasource', uid: 'sce-voice' };
const filtered = 'sce-e2e-filters';
const team = boardsOf('team');
/** In a window that shows the first rows of a dashboard. */
const inFirstRows = (uid: string): number => Math.min(6, ...team.filter((board) => board.uid === uid).map(questionsIn));

interface Values {
  readonly values: readonly { readonly value: string }[];
}

test.use({ viewport: { width: 1600, height: 2400 } });

test.afterAll(async ({ request }) => {
  await request.delete(`/api/dashboards/uid/${filtered}`);
});

test('a variable offers the departments of the data, and the panels follow it', async ({ page, request }) => {
  const url = '/api/datasources/uid/sce-voice/resources/values/department?view=idle-cores';
  const { values } = (await (await request.get(url)).json()) as Values;
  const department = values[0]?.value ?? '';
  const watched = watch(page, '/api/ds/query', questionsOf);
  await page.goto('/d/sce-overview');
  await watched.settled(inFirstRows('sce-overview'));
  expect(watched.asked.every(({ params }) => params['department'] === undefined)).toBe(true);
  await page.getByTestId(/Variable Value DropDown value link text \$__all$/).click();
  await page.getByRole('option', { name: department, exact: true }).click();
  await expect
    .poll(() => watched.asked.filter(({ params }) => params['department'] === department).length)
    .toBeGreaterThan(5);
  await expect(page).toHaveURL(
    new RegExp(`var-department=${encodeURIComponent(department).replaceAll('%20', '(%20|\\+)')}`),
  );
});

test('releases are marked on the time axis, and say what they are', async ({ page }) => {
  const watched = watch(page, '/api/ds/query', questionsOf);
  await page.goto('/d/sce-runtimes');
  await watched.settled(inFirstRows('sce-runtimes'));
  await expect.poll(() => watched.asked.some(({ view, rows }) => view === 'annotations' && rows > 0)).toBe(true);
  await page.getByTestId('data-testid annotation-marker').first().hover();
  await expect(page.getByText(/was released in production|end of life/i).first()).toBeVisible();
});

test('an ad-hoc filter is asked of the views that know it', async ({ page, request }) => {
  const panel = (id: number, view: string, columns: string[]): object => ({
    id,
    type: 'table',
    title: view,
    datasource,
    gridPos: { x: 0, y: id * 8, w: 24, h: 8 },
    targets: [{ refId: 'A', datasource, view, columns }],
  });
  const dashboard = {
    uid: filtered,
    title: 'Filters (end-to-end test)',
    schemaVersion: 41,
    time: { from: 'now-30d', to: 'now' },
    templating: { list: [{ type: 'adhoc', name: 'filters', datasource, filters: [] }] },
    panels: [panel(0, 'idle-cores-summary', ['idle_share']), panel(1, 'source-status', ['source', 'outcome'])],
  };
  const saved = await request.post('/api/dashboards/db', { data: { dashboard, overwrite: true } });
  expect(saved.status(), await saved.text()).toBe(200);
  const watched = watch(page, '/api/ds/query', questionsOf);
  await page.goto(`/d/${filtered}?var-filters=role%7C%3D%7CStatistician`);
  await watched.settled(2);
  const paramsOf = (view: string) => watched.asked.find((one) => one.view === view)?.params;
  expect(paramsOf('idle-cores-summary')).toEqual({ role: 'Statistician' });
  expect(paramsOf('source-status')).toEqual({});
  expect(watched.failures).toEqual([]);
});

test('the inspector says how an answer was computed', async ({ page }) => {
  const watched = watch(page, '/api/ds/query', questionsOf);
  await page.goto('/d/sce-idle');
  await watched.settled(inFirstRows('sce-idle'));
  // Grafana's own shortcut for the panel under the pointer; the tabs are those of the answer that is there.
  await page.getByTestId('data-testid Panel header Idle share').hover();
  await page.keyboard.press('p');
  await page.keyboard.press('i');
  await page.getByRole('tab', { name: 'Meta data' }).click();
  await expect(page.getByText(/Idle share = idle ÷ \(idle \+ used within\)/).first()).toBeVisible();
  await expect(page.getByText(/coverage \d+\.\d %/).first()).toBeVisible();
});

test('a cell leads to the dashboard that says more, for that role', async ({ page }) => {
  const watched = watch(page, '/api/ds/query', questionsOf);
  await page.goto('/d/sce-overview');
  await watched.settled(inFirstRows('sce-overview'));
  await page.getByRole('link', { name: 'Statistician', exact: true }).click();
  await expect(page).toHaveURL(/\/d\/sce-idle.*var-role=Statistician/);
  await expect
    .poll(() => watched.asked.some(({ view, params }) => view === 'idle-cores' && params['role'] === 'Statistician'))
    .toBe(true);
});

test('errors say whose they are', async ({ request }) => {
  const ask = async (query: object): Promise<{ status: number; error?: string; errorSource?: string }> => {
    const data = { queries: [{ refId: 'A', datasource, ...query }], from: 'now-1d', to: 'now' };
    const body = (await (await request.post('/api/ds/query', { data })).json()) as {
      results: { A: { status: number; error?: string; errorSource?: string } };
    };
    return body.results.A;
  };
  expect(await ask({ view: 'idle-coers' })).toMatchObject({
    status: 404,
    errorSource: 'downstream',
    error: expect.stringContaining('idle-coers'),
  });
  expect(await ask({ view: 'cost', params: { period: 'year' } })).toMatchObject({
    status: 400,
    errorSource: 'downstream',
    error: expect.stringContaining('period'),
  });
  expect(await ask({ view: 'cost', format: 'pie' })).toMatchObject({
    status: 400,
    error: expect.stringContaining('pie'),
  });
});
