/** Values a request may take: multiples of `step` from `step` to `most`. */
export interface SliderRange {
  readonly step: number;
  readonly most: number;
}

/** The nearest value of the slider. */
export function snap(cores: number, { step, most }: SliderRange): number {
  const steps = Math.max(1, Math.floor(most / step + 1e-9));
  const index = Math.min(steps, Math.max(1, Math.round(cores / step)));
  // 3 × 0.1 is 0.30000000000000004.
  return Number((index * step).toFixed(6));
}

/** The value after a key, as `<input type="range">` has it; null: not a key of a slider. */
export function sliderKey(key: string, value: number, range: SliderRange): number | null {
  const { step, most } = range;
  // A page is about a tenth of the way, at least two steps.
  const page = Math.max(2 * step, Math.round(most / 10 / step) * step);
  switch (key) {
    case 'ArrowRight':
    case 'ArrowUp':
      return snap(value + step, range);
    case 'ArrowLeft':
    case 'ArrowDown':
      return snap(value - step, range);
    case 'PageUp':
      return snap(value + page, range);
    case 'PageDown':
      return snap(value - page, range);
    case 'Home':
      return snap(0, range);
    case 'End':
      return snap(most, range);
    default:
      return null;
  }
}
