import { expect, test } from '@grafana/plugin-e2e';
import { boardsOf, questionsIn, type Board } from './boards.ts';
import { expectWhole, watch, type Asked } from './watch.ts';

interface Shared {
  readonly uid: string;
  readonly accessToken: string;
}

test.use({ viewport: { width: 1600, height: 6000 } });

/** What the panel of a request to a shared dashboard asks: the browser knows its number only. */
function questionsOf({ panels }: Board, url: string): Record<string, Asked> {
  const id = Number(/\/panels\/(\d+)\/query/.exec(url)?.[1]);
  const targets = panels.find((panel) => panel.id === id)?.targets ?? [];
  return Object.fromEntries(targets.map(({ refId, view, params }) => [refId, { view, params, rows: 0 }]));
}

for (const board of boardsOf('public'))
  test(`${board.title}: opens without a login, and shows groups`, async ({ browser, baseURL, request }) => {
    const path = `/api/dashboards/uid/${board.uid}/public-dashboards`;
    const earlier = await request.get(path);
    if (earlier.ok()) await request.delete(`${path}/${((await earlier.json()) as Shared).uid}`);
    const created = await request.post(path, { data: { isEnabled: true, share: 'public' } });
    expect(created.status(), await created.text()).toBe(200);
    const shared = (await created.json()) as Shared;
    const context = await browser.newContext({
      ...(baseURL ? { baseURL } : {}),
      viewport: { width: 1600, height: 6000 },
      extraHTTPHeaders: {},
    });
    try {
      const page = await context.newPage();
      const watched = watch(page, '/query', (asked) => questionsOf(board, asked.url()));
      await page.goto(`/public-dashboards/${shared.accessToken}`);
      await watched.settled(questionsIn(board));
      await page.screenshot({ path: `test-results/e2e/${board.uid}.png` });
      await expectWhole(page, watched);
    } finally {
      await context.close();
      await request.delete(`${path}/${shared.uid}`);
    }
  });
