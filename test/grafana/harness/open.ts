import { mkdir } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { chromium, type Browser, type Page } from 'playwright-core';
import { inject } from 'vitest';
import { findProgram } from '../../support/system-packages.ts';
import type { HarnessState, MountSpec, RangeSpec, ThemeName } from './spec.ts';

export type * from './spec.ts';

interface InPage {
  readonly harness?: {
    mount(spec: MountSpec, range: RangeSpec): void;
    state(): HarnessState;
    setDataSourceInstalled(is: boolean): void;
  };
}

export interface HarnessOptions {
  readonly theme?: ThemeName;
  readonly width?: number;
  readonly height?: number;
}

/** One tab of Chromium with the plugin's host page in it. */
export interface Harness {
  readonly page: Page;
  /** Everything the page complained about: uncaught errors and `console.error`. Tests end with `expect(…).toEqual([])`. */
  readonly complaints: string[];
  /** Shows a panel, page or editor in place of what was shown before. Does not wait for its data: see `settled`. */
  mount(spec: MountSpec): Promise<void>;
  /** Waits until the panel or query has its answer. Returns what was observed. */
  settled(): Promise<HarnessState>;
  state(): Promise<HarnessState>;
  /** False: a Grafana without the data source. */
  setDataSourceInstalled(is: boolean): Promise<void>;
  /** `test-results/screenshots/<name>.png`, the visible page. */
  screenshot(name: string): Promise<string>;
  close(): Promise<void>;
}

let browser: Promise<Browser> | null = null;
const screenshots = 'test-results/screenshots';

const flags = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'];

function launch(): Promise<Browser> {
  const executablePath = findProgram('chromium');
  if (executablePath === null) throw new Error('chromium is not installed: apt-get install chromium');
  return chromium.launch({
    executablePath,
    headless: true,
    args: [...flags, '--disable-component-update', '--disable-sync'],
  });
}

/** Opens a tab. Close the browser with `closeBrowser` after the file's last test. */
export async function openHarness({
  theme = 'dark',
  width = 1280,
  height = 800,
}: HarnessOptions = {}): Promise<Harness> {
  const host = await address();
  browser ??= launch();
  const context = await (
    await browser
  ).newContext({
    viewport: { width, height },
    colorScheme: theme,
    // Panels are drawn the same on every machine, and animations end at once.
    locale: 'en-US',
    timezoneId: 'UTC',
    reducedMotion: 'reduce',
  });
  // For a loaded machine: what does not come at all fails a little later, nothing else changes.
  context.setDefaultTimeout(90_000);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    // A failed request is logged by Chromium itself; what the page makes of it is what tests look at.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
      complaints.push(message.text());
  });
  await page.goto(`${host.url}/?harness-theme=${theme}`);
  await page.waitForFunction(() => (globalThis as unknown as InPage).harness !== undefined);

  const state = (): Promise<HarnessState> =>
    page.evaluate(() => (globalThis as unknown as Required<InPage>).harness.state());
  return {
    page,
    complaints,
    state,
    mount: (spec) =>
      page.evaluate(([what, range]) => (globalThis as unknown as Required<InPage>).harness.mount(what, range), [
        spec,
        host.range,
      ] as const),
    settled: async () => {
      await page.waitForFunction(
        () => !['loading', 'streaming'].includes((globalThis as unknown as Required<InPage>).harness.state().status),
      );
      return state();
    },
    setDataSourceInstalled: (is) =>
      page.evaluate(
        (installed) => (globalThis as unknown as Required<InPage>).harness.setDataSourceInstalled(installed),
        is,
      ),
    screenshot: async (name) => {
      await mkdir(screenshots, { recursive: true });
      const path = `${screenshots}/${name}.png`;
      await page.screenshot({ path });
      return path;
    },
    close: () => context.close(),
  };
}

export async function closeBrowser(): Promise<void> {
  const running = browser;
  browser = null;
  await (await running)?.close();
}

/** With SCE_GRAFANA_BROKER (a broker.ts that is kept running): its data, so that a run while developing takes seconds. */
function broker(): string {
  return process.env['SCE_GRAFANA_BROKER'] || inject('grafanaBroker');
}

/** Encoding what is played keeps the broker busy for longer than it keeps an idle connection. */
const aNewConnection = { headers: { connection: 'close' } };

/** Waits until the played organisation can be asked about (minutes, the first time). Call it in `beforeAll`. */
export async function playedData(): Promise<{ readonly ingestorUrl: string }> {
  for (;;) {
    const response = await fetch(`${broker()}/data`, aNewConnection);
    if (!response.ok) throw new Error(await response.text());
    const { ingestorUrl } = (await response.json()) as { ingestorUrl: string | null };
    if (ingestorUrl !== null) return { ingestorUrl };
    await sleep(1000);
  }
}

/** What the broker of the test run (global-setup.ts) says about its page server and the data behind it. */
async function address(): Promise<{ url: string; range: RangeSpec }> {
  const response = await fetch(broker(), aNewConnection);
  if (!response.ok) throw new Error(await response.text());
  return (await response.json()) as { url: string; range: RangeSpec };
}
