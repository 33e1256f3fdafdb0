import { expect } from 'vitest';

/** Within half a per cent of the truth; an absolute slack for figures near zero. */
export function expectNear(actual: number, truth: number, what: string, slack = 0.05): void {
  const error = Math.abs(actual - truth);
  expect(
    error <= Math.max(slack, 0.005 * Math.abs(truth)),
    `${what}: ${String(actual)}, in truth ${String(truth)}`,
  ).toBe(true);
}
