/** The span of time that the axis shows, epoch milliseconds. */
export interface Domain {
  readonly from: number;
  readonly to: number;
}

export const shortestSpan = 3_600_000;

/** Pixel of a time, unclipped: outside of the domain it lies outside of 0…width. */
export function xOf(domain: Domain, width: number, time: number): number {
  return ((time - domain.from) / spanOf(domain)) * width;
}

/** Time at a pixel. */
export function timeAt(domain: Domain, width: number, x: number): number {
  return domain.from + (x / Math.max(1, width)) * spanOf(domain);
}

/** `factor` < 1 zooms in. What is under `at` stays where it is; never narrower than an hour nor beyond `limits`. */
export function zoomed(domain: Domain, factor: number, at: number, limits: Domain): Domain {
  const most = Math.max(spanOf(limits), spanOf(domain));
  const span = Math.min(most, Math.max(shortestSpan, spanOf(domain) * factor));
  const share = (at - domain.from) / spanOf(domain);
  return inside({ from: at - share * span, to: at + (1 - share) * span }, limits);
}

/** Moved by a share of its span; positive is later. Stays in `limits`. */
export function panned(domain: Domain, share: number, limits: Domain): Domain {
  const by = spanOf(domain) * share;
  return inside({ from: domain.from + by, to: domain.to + by }, limits);
}

function inside(domain: Domain, limits: Domain): Domain {
  const span = spanOf(domain);
  if (span >= spanOf(limits)) return limits;
  if (domain.from < limits.from) return { from: limits.from, to: limits.from + span };
  if (domain.to > limits.to) return { from: limits.to - span, to: limits.to };
  return domain;
}

/** Never 0: a domain of one instant is an hour wide. */
function spanOf({ from, to }: Domain): number {
  return to > from ? to - from : shortestSpan;
}

/** From the first creation to the last end, a little wider than that; null without workspaces. */
export function wholeLife(
  workspaces: readonly { readonly createdAt: number; readonly until: number }[],
): Domain | null {
  let [from, to] = [Infinity, -Infinity];
  for (const { createdAt, until } of workspaces) {
    if (createdAt < from) from = createdAt;
    if (until > to) to = until;
  }
  if (from > to) return null;
  const margin = Math.max(shortestSpan, (to - from) * 0.01);
  return { from: from - margin, to: to + margin };
}
