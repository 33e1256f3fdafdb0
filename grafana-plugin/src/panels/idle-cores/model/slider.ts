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

/** Memory is chosen by doubling: index 0 is as today, then 1, 2, 4 … GB up to what a node has. */
export function memoryStops(mostGb: number): (number | null)[] {
  const stops: (number | null)[] = [null];
  for (let gb = 1; gb <= Math.max(1, mostGb); gb *= 2) stops.push(gb);
  return stops;
}
