import fc from 'fast-check';
import { expect, it } from 'vitest';
import { spreadLabels } from './labels.ts';

it('labels that have room stay over their marks', () => {
  expect(spreadLabels([{ x: 150, text: 'P95 4' }, { x: 50, text: 'P50 1' }], 200).map(({ labelX }) => labelX)).toEqual([50, 150]); // prettier-ignore
});
it('labels neither overlap nor leave a plot that is wide enough', () => {
  const labels = fc.array(fc.record({ x: fc.double({ min: 0, max: 300, noNaN: true }), text: fc.constantFrom('P50 < 0.1', 'P95 12') }), { maxLength: 4 }); // prettier-ignore
  fc.assert(
    fc.property(labels, (list) => {
      const placed = spreadLabels(list, 300);
      placed.forEach(({ labelX, text }, index) => {
        const half = text.length * 3.1;
        expect(labelX - half).toBeGreaterThanOrEqual(-1e-9);
        expect(labelX + half).toBeLessThanOrEqual(300 + 1e-9);
        const next = placed[index + 1];
        if (next) expect(next.labelX - next.text.length * 3.1).toBeGreaterThanOrEqual(labelX + half - 1e-9);
      });
    }),
  );
});
