import { afterAll, describe, expect, it } from 'vitest';
import { closeBrowser, playedData, type FrameSpec, type PanelSpec } from './harness/open.ts';
import { june, workspacesFrame } from './panels-frames.ts';
import { looksIn, show, tab, withoutRows } from './panels-show.ts';

/** The part of an element that these tests look at: tests are compiled without the DOM. */
interface Grid {
  scrollTop: number;
  getAttribute(name: string): string | null;
}
interface Browser {
  readonly document: { getElementById(id: string): Grid | null };
  readonly requestAnimationFrame: (done: () => void) => number;
}

const base = { kind: 'panel', pluginId: 'scevoice-lifecycle-panel', width: 1240, height: 640 } as const;
const panel = (more: Partial<PanelSpec> = {}): PanelSpec => ({
  ...base,
  range: june,
  frames: [workspacesFrame(300)],
  ...more,
});

const foreign: FrameSpec = { fields: [{ name: 'created_at', type: 'time', values: [1] }] };

afterAll(closeBrowser);

looksIn({
  name: 'lifecycle',
  panel,
  states: [
    ['loading', { frames: [], state: 'Loading' }, 'Asking for workspaces'],
    ['error', { frames: [], error: 'QuestDB is restarting' }, 'QuestDB is restarting'],
    ['none', { frames: [] }, 'container-lifecycle'],
    ['foreign', { frames: [foreign] }, 'workspace, pattern'],
    ['empty', { frames: [withoutRows(workspacesFrame(1))] }, 'No workspace was alive'],
  ],
  shapes: [
    ['wide', {}],
    ['narrow', { width: 380, height: 560 }],
    ['grouped', { options: { grouping: 'department', sort: 'last-visit' } }],
    ['dense', { options: { rowHeight: 14, sort: 'created', axis: 'life' } }],
    ['colour-by-ending', { options: { colorBy: 'ended-by', rowHeight: 28, label: 'workspace', sort: 'ended' } }],
    ['small', { width: 500, height: 140 }],
  ],
  drawn: ({ page }) => page.getByRole('row').nth(2).waitFor(),
});

describe('in use', () => {
  const harness = tab({ theme: 'dark' });
  const rowsShown = () =>
    harness()
      .page.getByRole('grid')
      .getAttribute('aria-rowcount')
      .then((count) => Number(count) - 1);
  const activeRow = () =>
    harness()
      .page.getByRole('grid')
      .evaluate((grid: unknown) => {
        const { document } = globalThis as unknown as Browser;
        const id = (grid as Grid).getAttribute('aria-activedescendant');
        return Number(id === null ? -1 : document.getElementById(id)?.getAttribute('aria-rowindex')) - 2;
      });

  it('the legend counts patterns and filters by them', async () => {
    await show(harness(), panel());
    const { page } = harness();
    const abandoned = page.getByRole('button', { name: /^Abandoned: / });
    const count = Number(/: (\d+)/.exec((await abandoned.getAttribute('aria-label')) ?? '')?.[1]);
    expect(count).toBeGreaterThan(0);
    await abandoned.click();
    await expect.poll(rowsShown).toBe(300 - count);
    await abandoned.click();
    await abandoned.click({ modifiers: ['Shift'] });
    await expect.poll(rowsShown).toBe(count);
    await page.getByRole('button', { name: /^Alive past end of life: / }).click();
    await expect.poll(rowsShown).toBeLessThan(count);
    await harness().screenshot('lifecycle-filtered');
    await page.getByPlaceholder('User, role').fill('nobody of that name');
    await page.getByText('No workspace is left by the filters').waitFor();
  });

  it('the keyboard moves over lines and events, and says what they are', async () => {
    await show(harness(), panel({ options: { sort: 'created' } }));
    const { page } = harness();
    const grid = page.getByRole('grid');
    await page.getByPlaceholder('User, role').focus();
    await grid.focus();
    for (const [key, row] of [
      ['ArrowDown', 1],
      ['ArrowDown', 2],
      ['ArrowUp', 1],
      ['End', 299],
      ['Home', 0],
    ] as const) {
      // prettier-ignore
      await page.keyboard.press(key);
      await expect.poll(activeRow).toBe(row);
    }
    await page.keyboard.press('PageDown');
    await expect.poll(activeRow).toBeGreaterThan(5);
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => page.getByRole('grid').getByRole('status').textContent()).toMatch(/^Created \d{4}-/);
    await page.keyboard.press('ArrowRight');
    await page.getByTestId('life-tooltip').waitFor();
    await harness().screenshot('lifecycle-keyboard');
    await page.keyboard.press('Escape');
    await expect.poll(() => page.getByTestId('life-tooltip').count()).toBe(0);
  });

  it('Enter opens the data link of the line', async () => {
    const frame = workspacesFrame(20);
    const linked = {
      ...frame,
      fields: frame.fields.map((field) =>
        field.name === 'user'
          ? { ...field, config: { links: [{ title: 'This person', url: '/d/person?var-user=${__value.raw}' }] } }
          : field,
      ),
    };
    await show(harness(), panel({ frames: [linked] }));
    const { page } = harness();
    await page.getByRole('grid').focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await expect.poll(async () => (await harness().state()).location).toContain('/d/person');
  });

  it('a drag over the axis asks for that range; a click holds the tooltip', async () => {
    await show(harness(), panel({ options: { sort: 'created' } }));
    const { page } = harness();
    const box = (await page.getByRole('row').nth(6).boundingBox())!;
    const [x, y] = [box.x + box.width * 0.4, box.y + box.height / 2];
    await page.mouse.click(x, y);
    await page.getByTestId('life-tooltip').getByText('Workspace').waitFor();
    await harness().screenshot('lifecycle-tooltip');
    await page.mouse.move(x, y);
    await page.mouse.down();
    await page.mouse.move(x + 200, y + 20, { steps: 4 });
    await harness().screenshot('lifecycle-drag');
    await page.mouse.up();
    await expect.poll(async () => (await harness().state()).ranges.length).toBe(1);
    const [range] = (await harness().state()).ranges;
    expect(range!.from).toBeGreaterThan(june.from);
    expect(range!.to).toBeLessThan(june.to);
    expect(range!.to - range!.from).toBeGreaterThan(86_400_000);
  });

  it('groups close and open', async () => {
    await show(harness(), panel({ options: { grouping: 'role' } }));
    const { page } = harness();
    const all = 305;
    await expect.poll(rowsShown).toBe(all);
    await page.getByRole('grid').focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('ArrowLeft');
    await expect.poll(rowsShown).toBeLessThan(all);
    await page.keyboard.press('ArrowRight');
    await expect.poll(rowsShown).toBe(all);
  });

  it('5,000 workspaces: only those in view are drawn', async () => {
    await show(harness(), panel({ frames: [workspacesFrame(5000)] }));
    const { page } = harness();
    await page.getByText('5,000 workspaces').waitFor();
    const grid = page.getByRole('grid');
    const drawn = () => grid.getByRole('row').count();
    for (const top of [0, 40_000, 100_000]) {
      await grid.evaluate((element: unknown, to) => {
        (element as Grid).scrollTop = to;
      }, top);
      await page.locator(`[aria-rowindex="${Math.floor(top / 22) + 2}"]`).waitFor();
      expect(await drawn()).toBeLessThan(60);
    }
  });

  it('how long a frame takes while 5,000 workspaces are scrolled', { timeout: 600_000 }, async () => {
    await show(harness(), panel({ frames: [workspacesFrame(5000)] }));
    const root = await harness().page.context().browser()!.newBrowserCDPSession();
    const busiest = async (): Promise<number> =>
      Math.max(...(await root.send('SystemInfo.getProcessInfo')).processInfo.map(({ type, cpuTime }) => (type === 'renderer' ? cpuTime : 0))); // prettier-ignore
    // CPU time, not the clock's: the machine may be doing other things. Printed and not asserted, for it is the machine's.
    for (const [name, by] of [
      ['lines', 100],
      ['pages', 600],
    ] as const) {
      const before = await busiest();
      await harness()
        .page.getByRole('grid')
        .evaluate(async (element: unknown, step) => {
          const grid = element as Grid;
          const { requestAnimationFrame } = globalThis as unknown as Browser;
          grid.scrollTop = 0;
          for (let frame = 0; frame < 20; frame++) {
            grid.scrollTop += step;
            await new Promise<void>((resolve) => requestAnimationFrame(resolve));
          }
        }, by);
      console.log(
        `5,000 rows, scrolled by ${name}: ${(((await busiest()) - before) * 50).toFixed(1)} ms of CPU a frame`,
      );
    }
  });
});

describe('with the invented organisation', () => {
  const harness = tab({ theme: 'light' }, playedData);

  it('shows its workspaces', async () => {
    await show(harness(), {
      ...base,
      options: { grouping: 'department' },
      queries: [{ view: 'container-lifecycle', params: { kind: 'interactive' } }],
    });
    await harness().page.getByRole('grid').waitFor();
    await harness().screenshot('lifecycle-real-light');
    expect((await harness().state()).rows).toBeGreaterThan(20);
  });
});
