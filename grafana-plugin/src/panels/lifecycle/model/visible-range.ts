export interface Viewport {
  readonly scrollTop: number;
  readonly height: number;
  readonly rowHeight: number;
  readonly count: number;
}

/** Rows to draw: those in view and `overscan` more on each side. `to` is exclusive. */
export function visibleRange(viewport: Viewport, overscan = 6): { readonly from: number; readonly to: number } {
  const { scrollTop, height, rowHeight, count } = viewport;
  const first = Math.floor(Math.max(0, scrollTop) / rowHeight);
  const last = Math.ceil((Math.max(0, scrollTop) + Math.max(0, height)) / rowHeight);
  const to = Math.min(count, Math.max(0, last + overscan));
  return { from: Math.min(to, Math.max(0, first - overscan)), to };
}

/** Where to scroll so that a row is wholly in view: not at all if it is. */
export function scrollToShow(index: number, { scrollTop, height, rowHeight, count }: Viewport): number {
  const top = index * rowHeight;
  const most = Math.max(0, count * rowHeight - height);
  if (top < scrollTop) return Math.max(0, Math.min(top, most));
  if (top + rowHeight > scrollTop + height) return Math.max(0, Math.min(top + rowHeight - height, most));
  return scrollTop;
}

/** Rows that a page key moves by: what is in view but one, so that one row stays to hold on to. */
export function pageSize({ height, rowHeight }: Viewport): number {
  return Math.max(1, Math.floor(height / rowHeight) - 1);
}
