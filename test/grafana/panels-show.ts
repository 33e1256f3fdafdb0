import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openHarness, type FrameSpec, type Harness, type HarnessOptions, type PanelSpec } from './harness/open.ts';

/** A panel in a window of its own size; waits for its data unless it is to be seen waiting. */
export async function show(harness: Harness, spec: PanelSpec): Promise<void> {
  await harness.page.setViewportSize({ width: spec.width + 20, height: spec.height + 20 });
  await harness.mount(spec);
  if (spec.state !== 'Loading') await harness.settled();
  await harness.page.getByTestId('panel').waitFor();
}

export const withoutRows = (frame: FrameSpec): FrameSpec => ({
  fields: frame.fields.map((field) => ({ ...field, values: [] })),
});

/** A tab for the tests of the `describe` it is called in; when they are through it must not have complained. */
export function tab(options: HarnessOptions, before: () => Promise<unknown> = async () => undefined): () => Harness {
  let harness: Harness;
  beforeAll(async () => {
    await before();
    harness = await openHarness(options);
  }, 900_000);
  afterAll(async () => {
    expect(harness.complaints).toEqual([]);
    await harness.close();
  });
  return () => harness;
}

export interface Looks {
  /** Name of the screenshots, before what they show and the theme. */
  readonly name: string;
  panel(more: Partial<PanelSpec>): PanelSpec;
  /** Without data: what differs from the usual panel, and words that must be there. */
  readonly states: readonly [string, Partial<PanelSpec>, string][];
  /** With data. */
  readonly shapes: readonly [string, Partial<PanelSpec>][];
  /** Waits for what only a panel with data has. */
  drawn(harness: Harness): Promise<void>;
}

/** What a panel looks like, in both themes. */
export function looksIn({ name, panel, states, shapes, drawn }: Looks): void {
  describe.each(['dark', 'light'] as const)('in the %s theme', (theme) => {
    const harness = tab({ theme });

    it.each(states)('%s says what to do', async (state, more, words) => {
      await show(harness(), panel({ width: 640, height: 300, ...more }));
      await harness().page.getByText(words).first().waitFor();
      await harness().screenshot(`${name}-${state}-${theme}`);
    });

    it.each(shapes)('%s', async (shape, more) => {
      await show(harness(), panel(more));
      await drawn(harness());
      await harness().screenshot(`${name}-${shape}-${theme}`);
    });
  });
}
