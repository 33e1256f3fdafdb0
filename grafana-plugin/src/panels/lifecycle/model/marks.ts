import { xOf, type Domain } from './time-scale.ts';
import type { Workspace } from './workspace.ts';

const day = 86_400_000;

export type SegmentKind =
  /** Created, not visited yet. */
  | 'waiting'
  /** From the first visit to the end of the day of the last one. */
  | 'visited'
  /** Nobody came any more (or ever). */
  | 'unvisited'
  /** Nothing tells about visits. */
  | 'unknown';

export type EventKind = 'created' | 'first-visit' | 'last-visit' | 'only-visit' | 'ended' | 'alive';

export interface LifeSegment {
  readonly kind: SegmentKind;
  readonly from: number;
  readonly to: number;
}
export interface LifeEvent {
  readonly kind: EventKind;
  readonly at: number;
}

/** The life of a workspace as spans without a gap from creation to its end (or to the end of what is known). */
export function segmentsOf(workspace: Workspace): LifeSegment[] {
  const { createdAt, until, firstVisitDay, lastVisitDay, visitBasis } = workspace;
  if (firstVisitDay === null || lastVisitDay === null)
    return drop([{ kind: visitBasis === 'unknown' ? 'unknown' : 'unvisited', from: createdAt, to: until }]);
  // Visits are known by the day: the day of creation is one, too.
  const first = clamp(firstVisitDay, createdAt, until);
  const last = clamp(lastVisitDay + day, first, until);
  return drop([
    { kind: 'waiting', from: createdAt, to: first },
    { kind: 'visited', from: first, to: last },
    { kind: 'unvisited', from: last, to: until },
  ]);
}

/** What happened, in order. The last one is its end, or that it is alive. */
export function eventsOf(workspace: Workspace): LifeEvent[] {
  const { createdAt, firstVisitDay: first, lastVisitDay: last, endedAt, until } = workspace;
  const events: LifeEvent[] = [{ kind: 'created', at: createdAt }];
  // Drawn within the life, though the day of a visit begins before the workspace was created.
  const within = (time: number): number => clamp(time, createdAt, until);
  if (first !== null && last !== null)
    if (last - first < day) events.push({ kind: 'only-visit', at: within(last) });
    else events.push({ kind: 'first-visit', at: within(first) }, { kind: 'last-visit', at: within(last) });
  events.push(endedAt === null ? { kind: 'alive', at: until } : { kind: 'ended', at: endedAt });
  return events;
}

export interface DrawnSegment {
  readonly kind: SegmentKind;
  readonly x: number;
  readonly width: number;
}
export interface DrawnEvent {
  readonly kind: EventKind;
  /** Index in `eventsOf`: what the keyboard moves over. */
  readonly index: number;
  readonly at: number;
  readonly x: number;
}
export interface DrawnLife {
  readonly segments: readonly DrawnSegment[];
  readonly events: readonly DrawnEvent[];
  /** The life goes on beyond an edge: an arrow says so. */
  readonly isEarlier: boolean;
  readonly isLater: boolean;
}

/** The life of a workspace in pixels of an axis. What lies outside is cut; a life is at least two pixels wide. */
export function drawLife(workspace: Workspace, domain: Domain, width: number): DrawnLife {
  const segments = segmentsOf(workspace).flatMap(({ kind, from, to }) => {
    const x = clamp(xOf(domain, width, from), 0, width);
    const end = clamp(xOf(domain, width, to), 0, width);
    return end > x ? [{ kind, x, width: end - x }] : [];
  });
  const events = eventsOf(workspace)
    .map(({ kind, at }, index) => ({ kind, at, index, x: xOf(domain, width, at) }))
    .filter(({ x }) => x >= 0 && x <= width);
  return {
    segments: atLeast(segments, 2, width),
    events,
    isEarlier: workspace.createdAt < domain.from,
    isLater: workspace.until > domain.to,
  };
}

function atLeast(segments: readonly DrawnSegment[], least: number, width: number): DrawnSegment[] {
  const [first] = segments;
  const total = segments.reduce((sum, segment) => sum + segment.width, 0);
  if (!first || total >= least) return [...segments];
  const kind = segments.find((segment) => segment.kind === 'visited')?.kind ?? first.kind;
  return [{ kind, x: Math.min(first.x, width - least), width: least }];
}

function drop(segments: readonly LifeSegment[]): LifeSegment[] {
  return segments.filter(({ from, to }) => to > from);
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), Math.max(least, most));
}
