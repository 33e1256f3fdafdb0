import pino from 'pino';
import { beforeEach, describe, expect, it } from 'vitest';
import { useWarehouse } from '../support/warehouse.ts';
import { Pseudonymiser } from '../../ingestor/src/identity/pseudonym.ts';
import { mergeSmallValues } from '../../ingestor/src/views/privacy.ts';
import type { Row, Warehouse } from '../../ingestor/src/warehouse/warehouse.ts';
import { applyPersonRetention, type PersonRetentionReport } from '../../ingestor/src/warehouse/persons/retention.ts';

const now = new Date('2026-11-22T03:00:00Z');
const pseudonymiser = new Pseudonymiser({
  key: Buffer.from('0123456789abcdef0123456789abcdef'),
  privacy: { pseudonyms: true, personal_labels: [] },
});
const person = (n: number): string => pseudonymiser.person(`person${n}`);
const at = (text: string): Date => new Date(`${text}Z`);

/** 0–9 Oncology, 10–15 Safety, 16–17 Board (too few), 18–22 not in the directory. 1 moves to Safety in mid-January 2025; 2 left in July 2026, 3 in October 2026. */
const homeOf = (n: number): string | null => (n < 10 ? 'Oncology' : n < 16 ? 'Safety' : n < 18 ? 'Board' : null);
const everybody = Array.from({ length: 23 }, (_, n) => n);

let warehouse: Warehouse;

function peopleRows(): Row[] {
  const row = (n: number, from: string, more: Row = {}): Row => ({
    timestamp: at(`${from}T00:00`),
    person_key: person(n),
    person_id: pseudonymiser.text('p', `id-${n}`),
    source: 'csv',
    department: homeOf(n),
    title: `Title of ${n}`,
    is_manager: false,
    active: true,
    ...more,
  });
  return [
    ...everybody.filter((n) => n < 18).map((n) => row(n, '2024-12-01', n === 4 ? { manager_id: person(2) } : {})),
    row(1, '2025-01-15', { department: 'Safety' }),
    row(2, '2026-07-02', { active: false, left_on: at('2026-07-01T00:00') }),
    row(3, '2026-10-11', { active: false, left_on: at('2026-10-10T00:00') }),
  ];
}

interface Life {
  readonly id: string;
  readonly n: number;
  readonly from: Date;
  readonly to: Date | null;
  readonly days: readonly Date[];
}

/** Everybody has a workspace of a day on five days of two old months and one of this year; 0 and 1 keep one alive through all. */
function lives(): Life[] {
  const short = everybody.flatMap((n) =>
    ['2025-01-08', '2025-01-09', '2025-01-20', '2025-02-03', '2025-02-04', '2026-03-05'].map((start, index) => ({
      id: `c/${n}-${index}'s/notebook`,
      n,
      from: at(`${start}T08:00`),
      to: at(`${start}T17:00`),
      days: [at(`${start}T00:00`)],
    })),
  );
  const long = [0, 1].map((n) => ({
    id: `c/long-${n}/notebook`,
    n,
    from: at('2025-01-02T08:00'),
    to: null,
    days: ['2025-01-10', '2025-01-25', '2025-02-10', '2026-03-10'].map((text) => at(`${text}T00:00`)),
  }));
  return [...short, ...long];
}

async function fill(): Promise<void> {
  const all = lives();
  const containers = all.map(({ id, n, from, to }) => ({
    timestamp: from,
    container_id: id,
    cluster: 'c',
    pod: pseudonymiser.text('pod', `jupyter-person${n}`),
    uid: id.split('/')[1] ?? '',
    container: 'notebook',
    created_at: from,
    ended_at: to,
    last_seen_at: to ?? now,
    user_key: person(n),
    kind: 'interactive',
    component: 'interactive',
    workspace_key: `hub/${person(n)}`,
    workspace_id: `c/${id.split('/')[1] ?? ''}`,
  }));
  const workspaces = containers.map((row) => ({
    timestamp: row.timestamp,
    workspace_id: row.workspace_id,
    workspace_key: row.workspace_key,
    user_key: row.user_key,
    created_at: row.created_at,
    ended_at: row.ended_at,
    is_alive: row.ended_at === null,
  }));
  const usage = all.flatMap(({ id, n, days: used }) =>
    used.map((timestamp) => ({ timestamp, container_id: id, cpu_used_core_seconds: 100 + n, alive_seconds: 3600 })),
  );
  const days = all.flatMap(({ n, days: used }) =>
    used.map((timestamp) => ({
      timestamp,
      user_key: person(n),
      component: 'interactive',
      active_seconds: 600 + n,
      visits: 1,
    })),
  );
  const events = days.map(({ timestamp, user_key: key }, index) => ({
    timestamp: new Date(timestamp.getTime() + 9 * 3_600_000 + index),
    event_key: BigInt(index + 1),
    kind: 'visit',
    person: key,
    server_user: key,
    actor: key,
    pod: 'pod_00000000000000ab',
  }));
  // Two repositories of a person in a week, and robots, who are nobody.
  const commits = days.flatMap(({ timestamp, user_key: key }) =>
    [
      { repository_id: '1', person: key, commits: 3, bot_commits: 0 },
      { repository_id: '2', person: key, commits: 2, bot_commits: 0 },
      { repository_id: '1', person: '', commits: 7, bot_commits: 7 },
    ].map((row) => ({ ...row, timestamp: monday(timestamp), forge: 'main' })),
  );
  // 0 rose in 2025 and still is a member; 7 was one until 2025.
  const member = (n: number, from: string, level: number | null): Row => ({
    timestamp: at(`${from}T00:00`),
    forge: 'main',
    repository_id: '1',
    person: person(n),
    access_level: level,
    is_deleted: level === null,
    row_hash: 1n,
  });
  const members = [
    member(0, '2025-01-03', 30),
    member(0, '2025-02-03', 40),
    member(2, '2026-02-03', 40),
    member(7, '2025-01-03', 30),
    member(7, '2025-03-03', null),
    member(8, '2025-01-03', 30),
    member(8, '2026-03-03', null),
  ];
  // 8 gave a repository to a group, 9 still has one.
  const repository = (id: string, from: string, space: string): Row => ({
    timestamp: at(`${from}T00:00`),
    forge: 'main',
    repository_id: id,
    name_space: space,
    path: `${space}/r`,
    is_deleted: false,
  });
  const repositories = [
    repository('1', '2025-01-03', person(8)),
    repository('1', '2025-02-03', 'biostats'),
    repository('2', '2025-01-03', person(9)),
    repository('3', '2026-01-03', person(2)),
  ];
  const audit = events.map(({ timestamp, event_key: key, person: actor }) => ({
    timestamp,
    audit_key: key,
    actor,
    actor_type: 'person',
  }));
  const series = all.map(({ from, n }, index) => ({
    timestamp: from,
    series: BigInt(index + 1),
    metric: 'kube_pod_annotations',
    pod: pseudonymiser.text('pod', `jupyter-person${n}`),
    labels: JSON.stringify({ annotation_user: person(n), namespace: 'hub' }),
  }));
  const batches = [
    { table: 'people', rows: peopleRows() },
    {
      table: 'access',
      rows: [2, 3, 4].map((n) => ({
        timestamp: at('2024-12-01T00:00'),
        person_key: person(n),
        access_group: 'sce',
        has_access: true,
        source: 'csv',
      })),
    },
    {
      table: 'identities',
      rows: [2, 4].map((n) => ({
        timestamp: at('2024-12-01T00:00'),
        source: 'csv',
        key: pseudonymiser.person(`mail${n}`),
        person_key: person(n),
        how: 'email',
      })),
    },
    { table: 'containers', rows: containers },
    { table: 'workspaces', rows: workspaces },
    {
      table: 'container_usage_1d',
      rows: usage.map((row) => ({ ...row, day: row.timestamp.toISOString().slice(0, 10) })),
    },
    { table: 'container_usage', rows: usage },
    {
      table: 'container_usage_bins_1d',
      rows: usage.map(({ timestamp, container_id: id, cpu_used_core_seconds: used }) => ({
        timestamp,
        container_id: id,
        bin: 1,
        cpu_used_core_seconds: used,
      })),
    },
    { table: 'user_days', rows: days },
    { table: 'platform_events', rows: events },
    { table: 'kubernetes_audit', rows: audit },
    { table: 'git_commits_weekly', rows: commits },
    { table: 'git_members', rows: members },
    { table: 'git_repositories', rows: repositories },
    { table: 'series', rows: series },
    { table: 'volume_owners', rows: claims.map(({ owner }) => owner) },
    { table: 'volume_usage_1d', rows: claims.flatMap(({ days: used }) => used) },
  ];
  await warehouse.writer.write(batches);
  await warehouse.settle(batches.map(({ table }) => table));
}

const monday = (time: Date): Date => {
  const day = new Date(time);
  day.setUTCDate(day.getUTCDate() - ((day.getUTCDay() + 6) % 7));
  return day;
};

/** 5 has a claim since 2025 and mounts it still, 6 mounted one last in February 2025. */
const claims = [
  { n: 5, last: '2026-11-20' },
  { n: 6, last: '2025-02-20' },
].map(({ n, last }) => {
  const claim = pseudonymiser.text('pvc', `claim-person${n}`);
  const ofClaim = { cluster: 'c', namespace: 'hub', claim };
  return {
    claim,
    owner: {
      ...ofClaim,
      timestamp: at('2025-01-05T00:00'),
      user_key: person(n),
      first_mounted_at: at('2025-01-05T00:00'),
      last_mounted_on: at(`${last}T00:00`),
    },
    days: ['2025-01-06', last].map((text) => ({
      ...ofClaim,
      timestamp: at(`${text}T00:00`),
      day: text,
      used_bytes: 1e9,
    })),
  };
});

/** What views ask: sums and people per month and department as of the time. */
async function answers(): Promise<Record<string, Row[]>> {
  const join = (facts: string, select: string): string =>
    `with u as ((${facts} order by timestamp) timestamp(timestamp)),
       p as ((select timestamp, person_key as person, department from people) timestamp(timestamp))
     select ${select} from u asof join p on (person)`;
  const asked = {
    usage: `${join(
      `select u.timestamp as timestamp, c.user_key as person, u.cpu_used_core_seconds as used
       from container_usage_1d u join containers c on c.container_id = u.container_id`,
      "timestamp_floor('M', u.timestamp) as month, p.department as department, sum(u.used) as used, count_distinct(u.person) as people",
    )} order by month, department`,
    days: `${join(
      'select timestamp, user_key as person, active_seconds as active from user_days',
      'u.timestamp as day, p.department as department, count_distinct(u.person) as people, sum(u.active) as active',
    )} order by day, department`,
    visits: `${join(
      "select timestamp, person from platform_events where kind = 'visit'",
      "timestamp_floor('d', u.timestamp) as day, p.department as department, count_distinct(u.person) as people, count() as visits",
    )} order by day, department`,
    commits: `${join(
      "select timestamp, person, sum(commits) as commits from git_commits_weekly where person is null or person <> ''",
      'u.timestamp as day, p.department as department, count_distinct(u.person) as people, sum(u.commits) as commits',
    )} order by day, department`,
    robots: "select timestamp as day, sum(commits) as commits from git_commits_weekly where person = '' order by day",
    raw: `select timestamp_floor('M', timestamp) as month, sum(cpu_used_core_seconds) as used, count() as rows from container_usage order by month`,
    bins: `select timestamp_floor('M', timestamp) as month, sum(cpu_used_core_seconds) as used, count() as rows from container_usage_bins_1d order by month`,
    workspaces: `select timestamp_floor('M', created_at) as month, count() as workspaces from workspaces order by month`,
  };
  const entries = await Promise.all(
    Object.entries(asked).map(async ([name, sql]) => [name, await warehouse.reader.rows<Row>(sql)] as const),
  );
  return Object.fromEntries(entries);
}

function retain(options: { now?: Date; signal?: AbortSignal } = {}): Promise<PersonRetentionReport> {
  return applyPersonRetention({
    warehouse,
    pseudonymiser,
    privacy: { person_months: 13, leaver_days: 90 },
    minPeople: 5,
    mergeSmall: mergeSmallValues,
    log: pino({ level: 'silent' }),
    now: () => options.now ?? now,
    ...(options.signal ? { signal: options.signal } : {}),
  });
}

/** The small department is shown together with its smallest sibling, here as in the views. */
function merged(rows: readonly Row[]): Row[] {
  const joined = new Map<string, Row>();
  for (const row of rows) {
    const department = ['Board', 'Safety', 'Board + Safety'].includes(String(row['department']))
      ? 'Board + Safety'
      : (row['department'] ?? null);
    const time = row['month'] ?? row['day'];
    const key = JSON.stringify([time, department]);
    const known = joined.get(key);
    const sum = Object.fromEntries(
      Object.entries(row).map(([name, value]) => [
        name,
        typeof value === 'number' ? value + Number(known?.[name] ?? 0) : value,
      ]),
    );
    joined.set(key, { ...sum, department });
  }
  return [...joined].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
}

/** Columns of all tables in which a code of these people stands before `until`. */
async function traces(codes: readonly string[], until: Date | null, tables?: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  const known = await warehouse.reader.rows<{ table_name: string }>('select table_name from tables()');
  for (const { table_name: table } of known) {
    if (table.startsWith('sys.') || (tables && !tables.includes(table))) continue;
    const columns = await warehouse.reader.rows<{ column: string; type: string }>(
      `select "column", type from table_columns('${table}')`,
    );
    for (const { column, type } of columns) {
      if (!['SYMBOL', 'VARCHAR', 'STRING'].includes(type)) continue;
      const [row] = await warehouse.reader.rows<{ n: number }>(
        `select count() as n from "${table}" where "${column}" ~ '${codes.join('|')}' ${until ? 'and timestamp < $1' : ''}`,
        until ? [until] : [],
      );
      if ((row?.n ?? 0) > 0) found.push(`${table}.${column}`);
    }
  }
  return found.sort();
}

const cutoff = at('2025-10-01T00:00');
const allCodes = [
  ...everybody.flatMap((n) => [person(n), pseudonymiser.text('pod', `jupyter-person${n}`)]),
  ...claims.map(({ claim }) => claim),
];

beforeEach(async () => {
  warehouse = await useWarehouse();
  await fill();
});

describe('facts older than 13 months', () => {
  it('lose the persons and keep the answers per department', async () => {
    const before = await answers();
    const report = await retain();
    expect(report).toMatchObject({ former: 1 });
    const after = await answers();
    for (const name of ['usage', 'days', 'visits', 'commits'])
      expect(merged(after[name] ?? []), name).toEqual(merged(before[name] ?? []));
    for (const name of ['raw', 'bins', 'workspaces', 'robots']) expect(after[name], name).toEqual(before[name]);
    // A container that lives on and dated rows that hold today are no old facts; nothing else is left of anybody.
    expect(await traces(allCodes, cutoff)).toEqual([
      'access.person_key',
      'containers.pod',
      'containers.user_key',
      'containers.workspace_key',
      // members, and owners of repositories, until today or until a time that is kept
      'git_members.person',
      'git_repositories.name_space',
      'git_repositories.path',
      'identities.person_key',
      'people.person_key',
      // first mounted then, and mounted still
      'volume_owners.claim',
      'volume_owners.user_key',
      'workspaces.user_key',
      'workspaces.workspace_key',
    ]);
    const alive = await warehouse.reader.rows(
      "select container_id from containers where user_key ~ '^u_' and timestamp < $1 order by container_id",
      [cutoff],
    );
    expect(alive.map((row) => row['container_id'])).toEqual(['c/long-0/notebook', 'c/long-1/notebook']);
    // Their usage of old months is not theirs any more.
    expect(
      await warehouse.reader.rows("select * from container_usage_1d where timestamp < $1 and container_id ~ 'long'", [
        cutoff,
      ]),
    ).toEqual([]);
    expect(
      await warehouse.reader.rows("select * from container_usage_1d where timestamp >= $1 and container_id ~ 'long'", [
        cutoff,
      ]),
    ).toHaveLength(2);
    expect(await warehouse.reader.rows('select * from people where person_key = $1', [person(1)])).toHaveLength(1);
  });

  it('of Git: whose rights and repositories have ended is not known any more', async () => {
    await retain();
    const rows = (sql: string) => warehouse.reader.rows<Row>(sql);
    expect(
      await rows(
        "select person, access_level as level from git_members where person ~ '^u_' order by timestamp, level",
      ),
    ).toEqual([
      { person: person(8), level: 30 },
      { person: person(0), level: 40 },
      { person: person(8), level: null },
    ]);
    expect(
      await rows("select name_space, path from git_repositories where name_space ~ '^[ub]' order by timestamp"),
    ).toEqual([
      { name_space: person(9), path: `${person(9)}/r` },
      { name_space: 'biostats', path: 'biostats/r' },
    ]);
  });

  it('are not found again through the claims of volumes', async () => {
    await retain();
    const [kept, gone] = claims.map(({ claim }) => claim);
    const bytes = await warehouse.reader.rows(
      'select timestamp, claim, used_bytes from volume_usage_1d order by timestamp',
    );
    // What was stored stays, without whose it was.
    expect(bytes.map((row) => [row['claim'], row['used_bytes']])).toEqual([
      [null, 1e9],
      [null, 1e9],
      [null, 1e9],
      [kept, 1e9],
    ]);
    const owners = await warehouse.reader.rows('select claim, user_key from volume_owners where claim is not null');
    expect(owners).toEqual([{ claim: kept, user_key: person(5) }]);
    expect(await traces([gone ?? '', person(6)], null, ['volume_owners', 'volume_usage_1d'])).toEqual([]);
  });

  it('leave as many keys as the department had people, none of them a person', async () => {
    await retain();
    const keys = await warehouse.reader.rows(
      `with u as ((select timestamp, user_key as person from user_days where timestamp < '2025-02-01' order by timestamp) timestamp(timestamp)),
         p as ((select timestamp, person_key as person, department from people) timestamp(timestamp))
       select p.department as department, count_distinct(u.person) as keys from u asof join p on (person) order by department`,
    );
    // Person 1 was in both departments; five are in none that anybody knows.
    expect(keys).toEqual([
      { department: null, keys: 5 },
      { department: 'Board + Safety', keys: 9 },
      { department: 'Oncology', keys: 10 },
    ]);
    const groups = await warehouse.reader.rows(
      "select distinct active, is_manager, title from people where person_key ~ '^g_'",
    );
    expect(groups).toEqual([{ active: false, is_manager: false, title: null }]);
  });

  it('a second run changes nothing', async () => {
    await retain();
    const before = await answers();
    const [rows] = await warehouse.reader.rows('select count() as n from containers');
    expect(await retain()).toEqual({ months: 0, containers: 0, days: 0, former: 0, peopleRows: 0 });
    expect(await answers()).toEqual(before);
    expect((await warehouse.reader.rows('select count() as n from containers'))[0]).toEqual(rows);
  });

  it('goes on where it was interrupted, wherever that was', async () => {
    const before = await answers();
    const { reader, writer } = warehouse;
    // Fails at the 1st, 4th, 9th, … statement that changes something, then goes on from there.
    let left = 0;
    const real = warehouse;
    const broken = (): void => {
      if (left-- === 0) throw new Error('killed');
    };
    warehouse = {
      settle: (tables) => real.settle(tables),
      close: () => real.close(),
      writer: {
        ...writer,
        write: async (batches) => (broken(), writer.write(batches)),
        writeLines: (...args) => writer.writeLines(...args),
      },
      reader: {
        query: (...args) => reader.query(...args),
        rows: (...args) => reader.rows(...args),
        execute: async (...args) => (broken(), reader.execute(...args)),
      },
    };
    let kills = 0;
    for (let run = 1; ; run++) {
      left = run * run;
      try {
        await retain();
        break;
      } catch (error) {
        expect(String(error)).toContain('killed');
        kills += 1;
      }
    }
    warehouse = real;
    expect(kills).toBeGreaterThan(3);
    const after = await answers();
    for (const name of ['days', 'visits', 'commits'])
      expect(
        merged(after[name] ?? []).map((row) => ({ ...row, people: 0 })),
        name,
      ).toEqual(merged(before[name] ?? []).map((row) => ({ ...row, people: 0 })));
    expect(after['raw']).toEqual(before['raw']);
    expect(
      await traces(allCodes, cutoff, [
        'user_days',
        'platform_events',
        'container_usage_1d',
        'series',
        'kubernetes_audit',
        'git_commits_weekly',
      ]),
    ).toEqual([]);
  });
});

describe('leavers', () => {
  it('are gone 90 days after they left, and not before', async () => {
    const left = [person(2), pseudonymiser.text('p', 'id-2'), pseudonymiser.text('pod', 'jupyter-person2')];
    await retain({ now: at('2026-09-29T03:00') });
    expect(await traces(left.slice(0, 1), null)).toContain('people.person_key');
    const before = await answers();
    await retain({ now: at('2026-09-30T03:00') });
    expect(await traces(left, null)).toEqual([]);
    expect(await traces([person(3)], null)).toContain('people.person_key');
    const after = await answers();
    for (const name of ['usage', 'days', 'visits', 'commits'])
      expect(merged(after[name] ?? []), name).toEqual(merged(before[name] ?? []));
    expect(await warehouse.reader.rows("select * from forgotten_people where reason = 'left'")).toHaveLength(2);
  });

  it('wait while a container of theirs still runs', async () => {
    await warehouse.writer.write([
      {
        table: 'containers',
        rows: [
          {
            timestamp: at('2026-06-01T00:00'),
            container_id: 'c/forgotten/notebook',
            created_at: at('2026-06-01T00:00'),
            last_seen_at: at('2026-09-30T02:00'),
            user_key: person(2),
            kind: 'interactive',
          },
        ],
      },
    ]);
    await warehouse.settle(['containers']);
    expect(await retain({ now: at('2026-09-30T03:00') })).toMatchObject({ former: 0 });
    // Not seen for a month: nobody runs it.
    expect(await retain({ now: at('2026-11-01T03:00') })).toMatchObject({ former: 1 });
    expect(await traces([person(2)], null)).toEqual([]);
  });
});
