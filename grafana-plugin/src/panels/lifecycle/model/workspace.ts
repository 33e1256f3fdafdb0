import { Column, type FrameLike } from '../../shared/frames.ts';

/** Without these there is no life cycle to draw; everything else is optional. */
export const requiredColumns = ['workspace', 'created_at', 'pattern'] as const;

/** A workspace as view `container-lifecycle` gives it. Times in epoch milliseconds. */
export interface Workspace {
  /** Row of the frame: data links are asked for by it. */
  readonly row: number;
  readonly id: string;
  readonly user: string | null;
  readonly department: string | null;
  readonly role: string | null;
  readonly kind: string | null;
  readonly image: string | null;
  readonly cluster: string | null;
  readonly createdAt: number;
  /** Start of the local day of the first visit; null: none. */
  readonly firstVisitDay: number | null;
  readonly lastVisitDay: number | null;
  readonly visitDays: number;
  /** event, cpu or unknown */
  readonly visitBasis: string | null;
  /** Null: alive as of `asOf`. */
  readonly endedAt: number | null;
  readonly endedBy: string | null;
  /** Until when the workspace is known: its end, or the end of the answer's range. */
  readonly until: number;
  readonly ageSeconds: number;
  /** Null: never visited. */
  readonly unvisitedSeconds: number | null;
  readonly pattern: string;
  readonly instances: number | null;
  readonly evictions: number | null;
  readonly cores: number | null;
  readonly memoryBytes: number | null;
  /** Runtimes of the image, such as `R 4.4.1, Python 3.12.3`. */
  readonly runtimes: string | null;
  /** Those of them past their end of life, such as `R 4.0`; null: none known. */
  readonly endOfLife: string | null;
  /** Cores requested × hours from the last visit (never visited: from creation) to `until`. */
  readonly unvisitedCoreHours: number | null;
  /** The same in money, where prices are known. */
  readonly unvisitedCost: number | null;
  readonly currency: string | null;
}

/** Reads a frame of view `container-lifecycle`. Rows without an id or a creation time are left out. `asOf`: end of the range, or now. */
export function readWorkspaces(frame: FrameLike, asOf: number): Workspace[] {
  const column = (name: string): Column => new Column(frame, name);
  const c = {
    workspace: column('workspace'),
    user: column('user'),
    department: column('department'),
    role: column('role'),
    kind: column('kind'),
    image: column('image'),
    cluster: column('cluster'),
    createdAt: column('created_at'),
    firstVisit: column('first_visit_day'),
    lastVisit: column('last_visit_day'),
    visitDays: column('visit_days'),
    visitBasis: column('visit_basis'),
    endedAt: column('ended_at'),
    endedBy: column('ended_by'),
    age: column('age_seconds'),
    unvisited: column('unvisited_seconds'),
    pattern: column('pattern'),
    instances: column('instances'),
    evictions: column('evictions'),
    cores: column('cpu_request_cores'),
    memory: column('memory_request_bytes'),
    r: column('r_version'),
    python: column('python_version'),
    quarto: column('quarto_version'),
    endOfLife: column('end_of_life'),
    unvisitedCoreHours: column('unvisited_core_hours'),
    unvisitedCost: column('unvisited_cost'),
    currency: column('currency'),
  };
  const workspaces: Workspace[] = [];
  for (let row = 0; row < frame.length; row++) {
    const id = c.workspace.text(row);
    const createdAt = c.createdAt.time(row);
    if (id === null || createdAt === null) continue;
    const endedAt = c.endedAt.time(row);
    const age = c.age.number(row);
    const until = endedAt ?? (age === null ? Math.max(createdAt, asOf) : createdAt + age * 1000);
    const lastVisitDay = c.lastVisit.time(row);
    const ageSeconds = age ?? (until - createdAt) / 1000;
    const unvisitedSeconds = c.unvisited.isThere
      ? c.unvisited.number(row)
      : lastVisitDay === null
        ? null
        : Math.max(0, (until - lastVisitDay) / 1000);
    const visitBasis = c.visitBasis.text(row);
    const cores = c.cores.number(row);
    const unvisitedCoreHours = c.unvisitedCoreHours.isThere
      ? c.unvisitedCoreHours.number(row)
      : cores === null || (visitBasis === 'unknown' && unvisitedSeconds === null)
        ? null
        : (cores * (unvisitedSeconds ?? ageSeconds)) / 3600;
    workspaces.push({
      row,
      id,
      user: c.user.text(row),
      department: c.department.text(row),
      role: c.role.text(row),
      kind: c.kind.text(row),
      image: c.image.text(row),
      cluster: c.cluster.text(row),
      createdAt,
      firstVisitDay: c.firstVisit.time(row),
      lastVisitDay,
      visitDays: c.visitDays.number(row) ?? 0,
      visitBasis,
      endedAt,
      endedBy: endedAt === null ? null : (c.endedBy.text(row) ?? 'unknown'),
      until,
      ageSeconds,
      unvisitedSeconds,
      pattern: c.pattern.text(row) ?? 'unknown',
      instances: c.instances.number(row),
      evictions: c.evictions.number(row),
      cores,
      memoryBytes: c.memory.number(row),
      runtimes: runtimesOf(c.r.text(row), c.python.text(row), c.quarto.text(row)),
      endOfLife: c.endOfLife.text(row),
      unvisitedCoreHours,
      unvisitedCost: c.unvisitedCost.number(row),
      currency: c.currency.text(row),
    });
  }
  return workspaces;
}

function runtimesOf(r: string | null, python: string | null, quarto: string | null): string | null {
  const parts = [r && `R ${r}`, python && `Python ${python}`, quarto && `Quarto ${quarto}`].filter(Boolean);
  return parts.length === 0 ? null : parts.join(', ');
}
