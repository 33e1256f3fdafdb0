import { Type } from 'typebox';
import { readSql } from '../../warehouse/sql.ts';
import { minorRelease, versionOrder } from '../runtime-versions/release.ts';
import { numberColumn, textColumn, timeColumn } from '../shared/columns.ts';
import { defineView, type ViewRow } from '../view.ts';

const containersSql = readSql(import.meta.url, 'containers.sql');
const endsSql = readSql(import.meta.url, 'ends.sql');
const dayMs = 86_400_000;

interface Running {
  r_version: string | null;
  python_version: string | null;
  quarto_version: string | null;
  user_key: string | null;
  containers: number;
}
interface End {
  runtime: string;
  release: string;
  end_of_life: Date;
}

/** What runs on one release. */
class Release {
  containers = 0;
  endOfLife: Date;
  readonly byUser = new Map<string, number>();

  constructor(endOfLife: Date) {
    this.endOfLife = endOfLife;
  }

  add({ user_key: user, containers }: Running, endOfLife: Date): void {
    this.containers += containers;
    if (endOfLife < this.endOfLife) this.endOfLife = endOfLife;
    if (user !== null) this.byUser.set(user, (this.byUser.get(user) ?? 0) + containers);
  }
}

export const endOfLife = defineView({
  id: 'end-of-life',
  title: 'Containers on runtimes past their end of life',
  topic: 'Runtimes',
  description:
    'How many containers run, at the end of the range, a release of R, Python or Quarto that is no longer supported',
  parameters: Type.Object({
    by_release: Type.Boolean({
      default: true,
      description: 'One row for each minor release; else one for each runtime',
    }),
    notice_days: Type.Number({
      default: 0,
      minimum: 0,
      maximum: 365,
      description: 'Also releases whose support ends within so many days',
    }),
  }),
  columns: [
    textColumn(
      'release',
      'Release',
      'Runtime and minor release, such as R 4.0; only the runtime with by_release=false',
    ),
    timeColumn(
      'end_of_life',
      'End of life',
      'As configured; of several releases the earliest; empty where releases were merged',
    ),
    numberColumn('overdue_days', 'Overdue', 'd', 'Days since then; of several releases the longest'),
    numberColumn('containers', 'Containers', 'short', 'That run at the end of the range'),
    numberColumn('people', 'People', 'short', 'Users of these containers'),
  ],
  leastScope: 'aggregate',
  privacy: {
    kind: 'groups',
    attributes: [],
    splits: [{ column: 'release', order: 'release_order' }],
    people: 'people',
    overlapping: true,
    dominance: [{ sum: 'containers', largest: 'largest_containers' }],
    merge: { containers: 'sum', people: 'max', overdue_days: 'max' },
  },
  howComputed:
    'Containers that run at {at} UTC, by the versions of their image (an image with several versions of a runtime is left out); end of life as configured{notice}.',

  async run({ reader, range, now }, { by_release: byRelease, notice_days: notice }) {
    const at = range.to < now ? range.to : now;
    const [running, ends] = await Promise.all([reader.rows<Running>(containersSql, [at]), reader.rows<End>(endsSql)]);
    const endOf = new Map(ends.map((end) => [`${end.runtime} ${end.release}`, end.end_of_life]));
    const until = at.getTime() + notice * dayMs;
    const found = new Map<string, Release>();
    for (const row of running)
      for (const [runtime, version] of versionsOf(row)) {
        const release = minorRelease(version);
        const end = endOf.get(`${runtime.toLowerCase()} ${release ?? ''}`);
        if (release === null || !end || end.getTime() > until) continue;
        const key = byRelease ? `${runtime} ${release}` : runtime;
        const own = found.get(key) ?? new Release(end);
        found.set(key, own);
        own.add(row, end);
      }
    return {
      rows: [...found].map(([name, release]) => rowOf(name, release, at)).sort(byOrder),
      coverage: null,
      facts: {
        at: at.toISOString().slice(0, 16).replace('T', ' '),
        notice: notice > 0 ? `, or within ${notice} days` : '',
      },
      notices: ends.length === 0 ? ['No end of life is configured: add releases under prices.runtime_eol'] : [],
    };
  },
});

function versionsOf(row: Running): [runtime: string, version: string][] {
  return [
    ['R', row.r_version ?? ''],
    ['Python', row.python_version ?? ''],
    ['Quarto', row.quarto_version ?? ''],
  ];
}

/** Releases of one runtime stand beside each other, the oldest first: small ones are merged with their neighbour. */
function orderOf(name: string): number {
  const [runtime = '', release = '0'] = name.split(' ');
  return ['Python', 'Quarto', 'R'].indexOf(runtime) * 2 ** 40 + versionOrder(release);
}

function byOrder(a: ViewRow, b: ViewRow): number {
  return Number(a['release_order']) - Number(b['release_order']);
}

function rowOf(name: string, release: Release, at: Date): ViewRow {
  return {
    release: name,
    release_order: orderOf(name),
    end_of_life: release.endOfLife,
    overdue_days: Math.floor((at.getTime() - release.endOfLife.getTime()) / dayMs),
    containers: release.containers,
    people: release.byUser.size,
    largest_containers: Math.max(0, ...release.byUser.values()),
  };
}
