import { Column, type FrameLike } from '../../shared/frames.ts';
import { cellsOf } from './core-axis.ts';

/** Without these there is no histogram; everything else is optional. */
export const requiredColumns = ['bin_from_cores', 'bin_to_cores', 'container_hours'] as const;
/** From here on a container-bucket counts as active (definitions: Activity). */
export const activeCores = 0.1;
export const allValues = 'all';

/** A bin of mean cores, closed below. Merged ones (small groups) are wider than a core. */
export interface Bin {
  readonly from: number;
  readonly to: number;
  /** Covered container-hours in which so many cores were used. */
  readonly usedHours: number;
  /** Covered container-hours of containers that request so many cores. */
  readonly requestedHours: number;
  readonly containers: number | null;
  readonly people: number | null;
}

/** The histogram of one group of people. */
export interface RoleHistogram {
  readonly key: string;
  readonly title: string;
  /** Role as the view shows it, `A + B` where small ones were merged; null: not grouped by role. */
  readonly role: string | null;
  readonly bins: readonly Bin[];
  readonly usedHours: number;
  readonly requestedHours: number;
  readonly requestedCoreHours: number;
  readonly idleCoreHours: number;
  /** idle ÷ requested; null without a request. */
  readonly idleShare: number | null;
  /** Covered hours under 0.1 core ÷ covered hours. */
  readonly underTenthShare: number | null;
  /** The largest number of people of any bin: a lower bound. */
  readonly people: number | null;
  /** Some bins are shown together, because few people are in them. */
  readonly isMerged: boolean;
}

/** Reads a frame of view `idle-cores`: one histogram for each group, the most idle core-hours first. */
export function readHistograms(frame: FrameLike): RoleHistogram[] {
  const column = (name: string): Column => new Column(frame, name);
  const [department, role, isManager] = [column('department'), column('role'), column('is_manager')];
  const [from, to, used, requested] = [
    column('bin_from_cores'),
    column('bin_to_cores'),
    column('container_hours'),
    column('requested_container_hours'),
  ];
  const [requestedCore, idle, containers, people] = [
    column('requested_core_hours'),
    column('idle_core_hours'),
    column('containers'),
    column('people'),
  ];
  const groups = new Map<string, Group>();
  for (let row = 0; row < frame.length; row++) {
    const low = from.number(row);
    const high = to.number(row);
    if (low === null || high === null || high <= low) continue;
    const roleName = given(role.text(row));
    const manager = given(isManager.text(row));
    const parts = [
      roleName,
      given(department.text(row)),
      manager && (manager === 'true' ? 'managers' : manager === 'false' ? 'no managers' : manager),
    ].filter((part) => part !== null);
    const key = parts.join(' · ');
    const group = groups.get(key) ?? { role: roleName, bins: [], requestedCoreHours: 0, idleCoreHours: 0 };
    groups.set(key, group);
    group.bins.push({
      from: low,
      to: high,
      usedHours: used.number(row) ?? 0,
      requestedHours: requested.number(row) ?? 0,
      containers: containers.number(row),
      people: people.number(row),
    });
    group.requestedCoreHours += requestedCore.number(row) ?? 0;
    group.idleCoreHours += idle.number(row) ?? 0;
  }
  return [...groups]
    .map(([key, group]) => histogramOf(key, group))
    .sort((a, b) => b.idleCoreHours - a.idleCoreHours || (a.title < b.title ? -1 : 1));
}

interface Group {
  readonly role: string | null;
  readonly bins: Bin[];
  requestedCoreHours: number;
  idleCoreHours: number;
}

function histogramOf(key: string, group: Group): RoleHistogram {
  const bins = group.bins.sort((a, b) => a.from - b.from);
  const usedHours = sum(bins, (bin) => bin.usedHours);
  const under = sum(bins, (bin) => (bin.to <= activeCores ? bin.usedHours : 0));
  const people = bins.reduce<number | null>(
    (most, bin) => (bin.people === null ? most : Math.max(most ?? 0, bin.people)),
    null,
  );
  return {
    key,
    title: key === '' ? 'Everyone' : key,
    role: group.role,
    bins,
    usedHours,
    requestedHours: sum(bins, (bin) => bin.requestedHours),
    requestedCoreHours: group.requestedCoreHours,
    idleCoreHours: group.idleCoreHours,
    idleShare: group.requestedCoreHours > 0 ? group.idleCoreHours / group.requestedCoreHours : null,
    // A merged first bin reaches beyond 0.1 core: then nothing is known of what lies below.
    underTenthShare: usedHours > 0 && (bins[0]?.from !== 0 || bins[0].to <= activeCores) ? under / usedHours : null,
    people,
    isMerged: bins.some((bin) => cellsOf(bin) > 1),
  };
}

export interface TodayRequest {
  readonly cores: number;
  /** The mean of all requests: which is the commonest is hidden, because few people make bins be shown together. */
  readonly isMean: boolean;
}

/**
 * The request of most covered hours: the lower edge of its bin, for requests are whole cores nearly always. Where that is hidden,
 * the mean; null without requests.
 */
export function todayRequest({ bins, requestedCoreHours, usedHours }: RoleHistogram): TodayRequest | null {
  let best: Bin | null = null;
  for (const bin of bins) if (bin.requestedHours > (best?.requestedHours ?? 0)) best = bin;
  if (best && cellsOf(best) === 1) return best.to > activeCores ? { cores: Math.max(best.from, activeCores), isMean: false } : null; // prettier-ignore
  const mean = usedHours > 0 ? requestedCoreHours / usedHours : 0;
  return mean >= activeCores ? { cores: Number(mean.toPrecision(2)), isMean: true } : null;
}

function given(text: string | null): string | null {
  return text === allValues ? null : text;
}

function sum(bins: readonly Bin[], of: (bin: Bin) => number): number {
  return bins.reduce((total, bin) => total + of(bin), 0);
}
