import { afterAll, describe, expect, it } from 'vitest';
import { closeBrowser, playedData, type PanelSpec } from './harness/open.ts';
import { histogramFrame, june } from './panels-frames.ts';
import { looksIn, show, tab, withoutRows } from './panels-show.ts';

const base = { kind: 'panel', pluginId: 'scevoice-idlecores-panel', width: 1240, height: 560 } as const;
const panel = (more: Partial<PanelSpec> = {}): PanelSpec => ({
  ...base,
  range: june,
  frames: [histogramFrame()],
  ...more,
});

afterAll(closeBrowser);

looksIn({
  name: 'idle-cores',
  panel,
  states: [
    ['loading', { frames: [], state: 'Loading' }, 'Asking for cores used'],
    ['error', { frames: [], error: 'QuestDB is restarting' }, 'QuestDB is restarting'],
    ['none', { frames: [] }, 'idle-cores'],
    ['empty', { frames: [withoutRows(histogramFrame())] }, 'No container was covered'],
  ],
  shapes: [
    ['wide', {}],
    ['narrow', { width: 360, height: 640 }],
    ['square-root', { options: { scale: 'sqrt', measure: 'hours', columns: 2 } }],
    ['plain', { height: 300, options: { showWhatIf: false } }],
    ['one-role', { width: 700, height: 420, options: { roles: 'Statistician' } }],
  ],
  drawn: ({ page }) => page.getByTestId('role-chart').first().waitFor(),
});

describe('the slider, with the invented organisation', () => {
  const harness = tab({ theme: 'dark' }, playedData);
  const state = () => harness().page.getByTestId('what-if').getAttribute('data-state');
  const real: PanelSpec = {
    ...base,
    queries: [
      { view: 'idle-cores', params: { group_by: ['role'], kind: 'interactive' } },
      { view: 'right-size', params: { group_by: ['role'] } },
    ],
  };

  it('moves by keyboard and by pointer; estimates at once, then says exactly', async () => {
    await show(harness(), real);
    const { page } = harness();
    await expect.poll(state, { timeout: 60_000 }).toBe('exact');
    await harness().screenshot('idle-cores-real-dark');
    const slider = page.getByRole('slider', { name: /^Request of / }).first();
    const before = Number(await slider.inputValue());
    await slider.focus();
    const key = before > 4 ? 'ArrowLeft' : 'ArrowRight';
    for (let step = 0; step < 4; step++) await page.keyboard.press(key);
    await expect.poll(async () => Math.abs(Number(await slider.inputValue()) - before)).toBeGreaterThanOrEqual(3);
    await harness().screenshot('idle-cores-moving-dark');
    await expect.poll(state, { timeout: 60_000 }).toBe('exact');
    await page.getByText('Exact').waitFor();
    await harness().screenshot('idle-cores-moved-dark');

    const asked = () =>
      harness()
        .state()
        .then(({ requests }) => requests.filter((request) => request.includes('ds/query')).length);
    const count = await asked();
    const plot = (await page.getByTestId('role-chart').nth(1).getByRole('img').boundingBox())!;
    await page.mouse.move(plot.x + plot.width * 0.8, plot.y + plot.height / 2);
    await page.mouse.down();
    for (let step = 0; step < 20; step++)
      await page.mouse.move(plot.x + plot.width * (0.8 - step * 0.025), plot.y + plot.height / 2);
    await page.mouse.up();
    await expect.poll(state, { timeout: 60_000 }).toBe('exact');
    // Twenty places, but questions only where the finger rested.
    await expect.poll(asked).toBeGreaterThan(count);
    await expect.poll(state, { timeout: 60_000 }).toBe('exact');
    expect((await asked()) - count).toBeLessThan(10);
    await page.getByRole('button', { name: 'How computed' }).click();
    await page.getByText('whole nodes of the pool').waitFor();
    await harness().screenshot('idle-cores-how-dark');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'As today' }).first().click();
    await page.getByText('Drag a line').waitFor();
  });

  it('memory moves like cores', async () => {
    await show(harness(), real);
    const { page } = harness();
    await expect.poll(state, { timeout: 60_000 }).toBe('exact');
    const memory = page.getByRole('slider', { name: /^Memory request of / }).first();
    const before = await memory.inputValue();
    await memory.focus();
    await page.keyboard.press('End');
    await expect.poll(() => memory.inputValue()).not.toBe(before);
    await expect.poll(state, { timeout: 60_000 }).toBe('exact');
    await harness().screenshot('idle-cores-memory-dark');
  });

  it('takes what is advised', async () => {
    // Of one group: roles of so few people are shown together, and advice for some of them is none for all.
    await show(harness(), {
      ...base,
      queries: [
        { view: 'idle-cores', params: { group_by: [], kind: 'interactive' } },
        { view: 'right-size', params: { group_by: [] } },
      ],
    });
    const { page } = harness();
    await expect.poll(state, { timeout: 60_000 }).toBe('exact');
    const slider = page.getByRole('slider', { name: /^Request of / });
    const advised = Number(/\d+/.exec((await page.getByText(/^advised \d+/).textContent()) ?? '')?.[0]);
    await slider.focus();
    await page.keyboard.press('Home');
    await expect.poll(async () => Number(await slider.inputValue())).toBeLessThan(advised);
    await page.getByTestId('what-if').getByRole('button', { name: 'Advised' }).click();
    await expect.poll(async () => Number(await slider.inputValue())).toBe(advised);
    await page.getByText('Exact').waitFor();
    await expect.poll(state, { timeout: 60_000 }).toBe('exact');
    await harness().screenshot('idle-cores-advised-dark');
  });
});
