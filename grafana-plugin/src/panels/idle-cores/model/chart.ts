import { cellsOf, xOfCores, type CoreAxis } from './core-axis.ts';
import type { Bin, RoleHistogram } from './histogram.ts';

export type HeightScale = 'linear' | 'sqrt';
export type Measure = 'share' | 'hours';

export interface ChartSize {
  readonly axis: CoreAxis;
  readonly height: number;
  readonly scale: HeightScale;
  readonly measure: Measure;
  /** The value at the top. */
  readonly most: number;
}

export interface Bar {
  readonly bin: Bin;
  readonly x: number;
  readonly width: number;
  /** From the top. */
  readonly y: number;
  readonly height: number;
  readonly value: number;
}

/** What a bin shows: hours, or their share of the histogram; of bins shown together the mean of each, so that areas are right. */
export function valueOf(histogram: RoleHistogram, bin: Bin, of: 'used' | 'requested', measure: Measure): number {
  const hours = (of === 'used' ? bin.usedHours : bin.requestedHours) / cellsOf(bin);
  if (measure === 'hours') return hours;
  const total = of === 'used' ? histogram.usedHours : histogram.requestedHours;
  return total > 0 ? hours / total : 0;
}

/** The highest value of all histograms, so that they share a scale. At least something, so that nothing divides by 0. */
export function highestValue(histograms: readonly RoleHistogram[], measure: Measure): number {
  let most = 0;
  for (const histogram of histograms)
    for (const bin of histogram.bins)
      most = Math.max(most, valueOf(histogram, bin, 'used', measure), valueOf(histogram, bin, 'requested', measure));
  return most > 0 ? most : 1;
}

/** Pixels from the top. */
export function yOf({ height, scale, most }: ChartSize, value: number): number {
  const share = Math.min(1, Math.max(0, value / most));
  return height * (1 - (scale === 'sqrt' ? Math.sqrt(share) : share));
}

/** Bars of what is used. A gap of a pixel between them, where there is room; something is never drawn as nothing. */
export function usedBars(histogram: RoleHistogram, size: ChartSize): Bar[] {
  return histogram.bins
    .filter((bin) => bin.usedHours > 0)
    .map((bin) => {
      const value = valueOf(histogram, bin, 'used', size.measure);
      const [x, end] = [xOfCores(size.axis, bin.from), xOfCores(size.axis, bin.to)];
      const gap = end - x > 4 ? 1 : 0;
      const y = Math.min(yOf(size, value), size.height - 1);
      return { bin, x, width: Math.max(1, end - x - gap), y, height: size.height - y, value };
    });
}

/** The outline of what is requested, as an SVG path of steps; empty without requests. */
export function requestedPath(histogram: RoleHistogram, size: ChartSize): string {
  let path = '';
  let end = -1;
  for (const bin of histogram.bins) {
    if (bin.requestedHours <= 0) continue;
    const [from, to] = [xOfCores(size.axis, bin.from), xOfCores(size.axis, bin.to)];
    const y = Math.min(yOf(size, valueOf(histogram, bin, 'requested', size.measure)), size.height - 1);
    // Neighbours are one outline.
    path +=
      Math.abs(from - end) < 0.01
        ? `V${point(y)}H${point(to)}`
        : `${end < 0 ? '' : `V${point(size.height)}`}M${point(from)} ${point(size.height)}V${point(y)}H${point(to)}`;
    end = to;
  }
  return path === '' ? '' : `${path}V${point(size.height)}`;
}

/** The bin under a pixel; null: none. */
export function binAt(histogram: RoleHistogram, axis: CoreAxis, x: number): Bin | null {
  return histogram.bins.find((bin) => x >= xOfCores(axis, bin.from) && x < xOfCores(axis, bin.to)) ?? null;
}

/** Values of the height axis: the round ones below the top. */
export function heightTicks({ most, measure, height }: ChartSize): number[] {
  const count = height > 140 ? 4 : 2;
  const rough = most / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 2.5, 5, 10].find((one) => one * power >= rough) ?? 10) * power;
  const ticks: number[] = [];
  for (let value = step; value <= most * (measure === 'share' ? 1.0001 : 1); value += step) ticks.push(value);
  return ticks;
}

function point(value: number): string {
  return String(Math.round(value * 100) / 100);
}
