import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { closeBrowser, openHarness, playedData, type FrameSpec, type Harness, type PanelSpec } from './harness/open.ts';
import { histogramFrame, june } from './panels-frames.ts';

const base = { kind: 'panel', pluginId: 'scevoice-idlecores-panel', width: 1240, height: 560 } as const;
const panel = (more: Partial<PanelSpec> = {}): PanelSpec => ({
  ...base,
  range: june,
  frames: [histogramFrame()],
  ...more,
});

async function show(harness: Harness, spec: PanelSpec): Promise<void> {
  await harness.page.setViewportSize({ width: spec.width + 20, height: spec.height + 20 });
  await harness.mount(spec);
  if (spec.state !== 'Loading') await harness.settled();
  await harness.page.getByTestId('panel').waitFor();
}

const withoutRows = (frame: FrameSpec): FrameSpec => ({
  fields: frame.fields.map((field) => ({ ...field, values: [] })),
});

afterAll(closeBrowser);

describe.each(['dark', 'light'] as const)('in the %s theme', (theme) => {
  let harness: Harness;
  beforeAll(async () => {
    harness = await openHarness({ theme });
  });
  afterAll(async () => {
    expect(harness.complaints).toEqual([]);
    await harness.close();
  });

  it.each([
    ['loading', { frames: [], state: 'Loading' }, 'Asking for cores used'],
    ['error', { frames: [], error: 'QuestDB is restarting' }, 'QuestDB is restarting'],
    ['none', { frames: [] }, 'idle-cores'],
    ['empty', { frames: [withoutRows(histogramFrame())] }, 'No container was covered'],
  ] satisfies [string, Partial<PanelSpec>, string][])('%s says what to do', async (name, more, words) => {
    await show(harness, panel({ width: 640, height: 300, ...more }));
    await harness.page.getByText(words).first().waitFor();
    await harness.screenshot(`idle-cores-${name}-${theme}`);
  });

  it.each([
    ['wide', {}],
    ['narrow', { width: 360, height: 640 }],
    ['square-root', { options: { scale: 'sqrt', measure: 'hours', columns: 2 } }],
    ['plain', { height: 300, options: { showWhatIf: false } }],
    ['one-role', { width: 700, height: 420, options: { roles: 'Statistician' } }],
  ] satisfies [string, Partial<PanelSpec>][])('%s', async (name, more) => {
    await show(harness, panel(more));
    await harness.page.getByTestId('role-chart').first().waitFor();
    await harness.screenshot(`idle-cores-${name}-${theme}`);
  });
});

describe('the slider, with the invented organisation', () => {
  let harness: Harness;
  beforeAll(async () => {
    await playedData();
    harness = await openHarness({ theme: 'dark' });
  }, 900_000);
  afterAll(async () => {
    expect(harness.complaints).toEqual([]);
    await harness.close();
  });
  const state = () => harness.page.getByTestId('what-if').getAttribute('data-state');
  const real: PanelSpec = {
    ...base,
    queries: [
      { view: 'idle-cores', params: { group_by: ['role'], kind: 'interactive' } },
      { view: 'right-size', params: { group_by: ['role'] } },
    ],
  };

  it('moves by keyboard and by pointer; estimates at once, then says exactly', async () => {
    await show(harness, real);
    const { page } = harness;
    await expect.poll(state, { timeout: 60_000 }).toBe('exact');
    await harness.screenshot('idle-cores-real-dark');
    const slider = page.getByRole('slider', { name: /^Request of / }).first();
    const before = Number(await slider.inputValue());
    await slider.focus();
    const key = before > 4 ? 'ArrowLeft' : 'ArrowRight';
    for (let step = 0; step < 4; step++) await page.keyboard.press(key);
    expect(Math.abs(Number(await slider.inputValue()) - before)).toBeGreaterThanOrEqual(3);
    await harness.screenshot('idle-cores-moving-dark');
    await expect.poll(state, { timeout: 60_000 }).toBe('exact');
    await page.getByText('Exact').waitFor();
    await harness.screenshot('idle-cores-moved-dark');

    const asked = () =>
      harness.state().then(({ requests }) => requests.filter((request) => request.includes('ds/query')).length);
    const count = await asked();
    const plot = (await page.getByTestId('role-chart').nth(1).getByRole('img').boundingBox())!;
    await page.mouse.move(plot.x + plot.width * 0.8, plot.y + plot.height / 2);
    await page.mouse.down();
    for (let step = 0; step < 20; step++)
      await page.mouse.move(plot.x + plot.width * (0.8 - step * 0.025), plot.y + plot.height / 2);
    await page.mouse.up();
    await expect.poll(state, { timeout: 60_000 }).toBe('exact');
    // Twenty places, but questions only where the finger rested.
    expect((await asked()) - count).toBeLessThan(10);
    await page.getByRole('button', { name: 'How computed' }).click();
    await page.getByText('whole nodes of the pool').waitFor();
    await harness.screenshot('idle-cores-how-dark');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'As today' }).first().click();
    await page.getByText('Drag a line').waitFor();
  });

  it('memory moves like cores', async () => {
    await show(harness, real);
    const { page } = harness;
    await expect.poll(state, { timeout: 60_000 }).toBe('exact');
    const memory = page.getByRole('slider', { name: /^Memory request of / }).first();
    const before = await memory.inputValue();
    await memory.focus();
    await page.keyboard.press('End');
    expect(await memory.inputValue()).not.toBe(before);
    await expect.poll(state, { timeout: 60_000 }).toBe('exact');
    await harness.screenshot('idle-cores-memory-dark');
  });
});
