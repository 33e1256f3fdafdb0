import { expect } from '@grafana/plugin-e2e';
import type { Page, Request } from '@playwright/test';

interface Frame {
  readonly schema: { readonly meta?: { readonly notices?: readonly { readonly text: string }[] } };
  readonly data: { readonly values: readonly (readonly unknown[])[] };
}

interface Answer {
  readonly results?: Readonly<Record<string, { readonly error?: string; readonly frames?: readonly Frame[] }>>;
}

export interface Asked {
  readonly view: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly rows: number;
}

/** Of these the demo may have none: nothing is marked in a short range, and it has no bills. */
const mayBeEmpty = new Set(['annotations', 'data-transfer']);

/** In a small organisation every group of a panel may be too small, which it then says. */
function isWithheld({ schema }: Frame): boolean {
  return schema.meta?.notices?.some(({ text }) => text.includes('not shown: fewer than')) ?? false;
}

/** What a page asks the data source, and what goes wrong in it. */
interface Watched {
  readonly asked: Asked[];
  readonly failures: string[];
  readonly slowest: { view: string; seconds: number };
  /** Waits until so many questions are answered, every panel is loaded and no question is open. */
  settled(questions: number): Promise<void>;
}

/** Call it before the page is opened. `viewsOf` says what a request asks about, by refId. */
export function watch(
  page: Page,
  path: string,
  viewsOf: (request: Request) => Readonly<Record<string, Asked>>,
): Watched {
  const [asked, failures, slowest]: [Asked[], string[], Watched['slowest']] = [[], [], { view: '', seconds: 0 }];
  let open = 0;
  const isOurs = (request: Request): boolean =>
    new URL(request.url()).pathname.includes(path) && request.method() === 'POST';
  page.on('request', (request) => (open += isOurs(request) ? 1 : 0));
  page.on('requestfailed', (request) => (open -= isOurs(request) ? 1 : 0));
  page.on('requestfinished', async (request) => {
    if (!isOurs(request)) return;
    const response = await request.response();
    const body = (await response?.json().catch(() => null)) as Answer | null;
    for (const [refId, question] of Object.entries(viewsOf(request))) {
      const { error, frames = [] } = body?.results?.[refId] ?? { error: 'no answer' };
      const rows = Math.max(0, ...frames.map(({ data }) => data.values[0]?.length ?? 0));
      asked.push({ ...question, rows });
      if (error) failures.push(`${question.view}: ${error}`);
      else if (rows === 0 && !mayBeEmpty.has(question.view) && !frames.some(isWithheld))
        failures.push(`${question.view}: empty`);
      const seconds = request.timing().responseEnd / 1000;
      if (seconds > slowest.seconds) Object.assign(slowest, { view: question.view, seconds });
    }
    if (!response?.ok()) failures.push(`${request.url()} answered ${String(response?.status())}`);
    open -= 1;
  });
  page.on('pageerror', (error) => failures.push(error.message));
  return {
    asked,
    failures,
    slowest,
    async settled(questions) {
      await expect(page.locator('[data-testid^="data-testid Panel header"]').first()).toBeVisible();
      await expect.poll(() => asked.length).toBeGreaterThanOrEqual(questions);
      await expect(page.getByLabel('Panel loading bar')).toHaveCount(0);
      await expect.poll(() => open).toBe(0);
      // The answers have come; charts are drawn when the browser has nothing else to do.
      await page.evaluate(idle);
    },
  };
}

/** The part of the browser that this file uses: specs are compiled without the DOM. */
interface Browser {
  requestIdleCallback(done: () => void): void;
  requestAnimationFrame(done: () => void): void;
}

/** In the page: resolves when it has been idle, drawn, and idle again. */
function idle(): Promise<void> {
  const browser = globalThis as unknown as Browser;
  return new Promise((done) => {
    browser.requestIdleCallback(() => browser.requestAnimationFrame(() => browser.requestIdleCallback(() => done())));
  });
}

/** The questions of a request to `/api/ds/query`. */
export function questionsOf(request: Request): Record<string, Asked> {
  const { queries } = request.postDataJSON() as {
    queries: { refId: string; view?: string; params?: Record<string, unknown> }[];
  };
  return Object.fromEntries(queries.map(({ refId, view = '', params = {} }) => [refId, { view, params, rows: 0 }]));
}

/** No panel says that it failed or that there is nothing. */
export async function expectWhole(page: Page, watched: Watched): Promise<void> {
  expect(watched.failures).toEqual([]);
  await expect(page.locator('[data-testid="data-testid Panel status error"]')).toHaveCount(0);
  await expect(page.getByText('No data', { exact: true })).toHaveCount(0);
}
