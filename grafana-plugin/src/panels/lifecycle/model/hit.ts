import type { DrawnEvent, DrawnLife, DrawnSegment } from './marks.ts';

export type Hit =
  | { readonly type: 'event'; readonly event: DrawnEvent }
  | { readonly type: 'segment'; readonly segment: DrawnSegment }
  | null;

/**
 * What lies under a pixel of a row: the nearest event within `reach`, else the span. Where two events are equally near the later
 * one wins: it is drawn on top.
 */
export function hitTest(life: DrawnLife, x: number, reach = 7): Hit {
  let best: DrawnEvent | null = null;
  for (const event of life.events) {
    const distance = Math.abs(event.x - x);
    if (distance <= reach && (best === null || distance <= Math.abs(best.x - x))) best = event;
  }
  if (best) return { type: 'event', event: best };
  const segment = life.segments.find((one) => x >= one.x && x <= one.x + one.width);
  return segment ? { type: 'segment', segment } : null;
}
