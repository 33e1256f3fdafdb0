import type { QuestdbWarehouse } from '../../../ingestor/src/warehouse/questdb-warehouse.ts';
import type { Row } from '../../../ingestor/src/warehouse/warehouse.ts';

const DAY_MS = 86_400_000;
const DAYS = 365;
const NODES_PER_CONTAINER = 1 / 12;
/** A container lives this long in its slot, then the next one of the same user takes its place. */
const LIFE_DAYS = 10;
const ROLES = ['Statistician', 'Statistical Programmer', 'Data Scientist', 'Epidemiologist', 'Manager'];
const DEPARTMENTS = Array.from({ length: 12 }, (_, i) => `Department ${String(i + 1)}`);
const IMAGES = ['4.0.0', '4.3.2', '4.4.1', '4.5.1'].map((version) => ({
  image: `registry.example.com/sce/rstudio:${version}`,
  version,
}));

export interface Loaded {
  readonly from: Date;
  readonly to: Date;
  readonly users: number;
  /** At a time. */
  readonly containers: number;
  readonly days: number;
}

/** How much of 1,200 users and 1,000 containers at a time; a year in any case. */
export async function loadYear(warehouse: QuestdbWarehouse, scale: number, now: Date): Promise<Loaded> {
  const users = Math.max(60, Math.round(1200 * scale));
  const containers = Math.max(50, Math.round(1000 * scale));
  const to = new Date(Math.floor(now.getTime() / DAY_MS) * DAY_MS);
  const from = new Date(to.getTime() - DAYS * DAY_MS);
  await loadDimensions(warehouse, { users, containers, from, to, days: DAYS });
  await loadUsage(warehouse, from);
  return { users, containers, from, to, days: DAYS };
}

async function loadDimensions(warehouse: QuestdbWarehouse, { users, containers, from, to }: Loaded): Promise<void> {
  const person = (index: number): string => `u_${index.toString(16).padStart(16, '0')}`;
  const early = new Date(from.getTime() - 30 * DAY_MS);
  const people: Row[] = Array.from({ length: users }, (_, i) => ({
    timestamp: early,
    person_key: person(i),
    person_id: `id_${String(i)}`,
    source: 'bench',
    department: DEPARTMENTS[i % DEPARTMENTS.length] ?? '',
    division: `Division ${String(i % 3)}`,
    role: ROLES[i % ROLES.length] ?? '',
    location: 'Basel',
    time_zone: 'UTC',
    manager_id: person(Math.floor(i / 10)),
    is_manager: i < users / 10,
    joined_on: early,
    active: true,
  }));
  // One in five moves once in the year.
  const moves = people
    .filter((_, i) => i % 5 === 0)
    .map((row, i) => ({
      ...row,
      timestamp: new Date(from.getTime() + (30 + (i % 300)) * DAY_MS),
      department: DEPARTMENTS[(i + 5) % DEPARTMENTS.length] ?? '',
    }));
  const access: Row[] = people.map((row) => ({
    timestamp: early,
    person_key: row['person_key'] ?? null,
    access_group: 'sce',
    has_access: true,
    source: 'bench',
  }));
  const [rows, workspaces] = [[] as Row[], [] as Row[]];
  for (let slot = 0; slot < containers; slot += 1) {
    const user = person(slot % users);
    for (let day = -(slot % LIFE_DAYS); day < DAYS; day += LIFE_DAYS) {
      const created = new Date(from.getTime() + day * DAY_MS + (slot % 24) * 3_600_000);
      const ends = new Date(from.getTime() + (day + LIFE_DAYS) * DAY_MS + (slot % 24) * 3_600_000 - 1000);
      const ended = ends < to ? ends : null;
      const uid = `uid-${String(slot)}-${String(day)}`;
      const image =
        IMAGES[Math.min(3, Math.floor(((day + slot / 10) / DAYS) * 4)) < 0 ? 0 : (slot + day * 3 + 1000) % 4];
      const shared: Row = {
        timestamp: created,
        cluster: 'bench',
        node: `node-${String(Math.floor(slot * NODES_PER_CONTAINER))}`,
        user_key: user,
        kind: slot % 10 === 9 ? 'connect' : 'interactive',
        component: slot % 10 === 9 ? 'connect' : 'interactive',
        created_at: created,
        ended_at: ended,
        ended_by: ended === null ? null : (['user', 'rule', 'eviction', 'completed'][slot % 4] ?? null),
        image: image?.image ?? '',
        image_digest: '',
        cpu_request_cores: 16,
        memory_request_bytes: 64 * 2 ** 30,
        visit_basis: 'event',
        first_visit_at: created,
        last_visit_at: new Date(created.getTime() + (slot % LIFE_DAYS) * DAY_MS),
        workspace_id: `bench/${uid}`,
        workspace_key: `bench/${String(slot)}`,
      };
      rows.push({
        ...shared,
        container_id: `bench/${uid}/notebook`,
        namespace: 'jupyter',
        pod: `pod_${String(slot)}`,
        uid,
        container: 'notebook',
        scheduled_at: created,
        started_at: created,
        first_seen_at: created,
        last_seen_at: ended ?? to,
        visits: 3,
        platform: 'jupyterhub',
      });
      workspaces.push({
        ...shared,
        is_alive: ended === null,
        instances: 1,
        evictions: 0,
        visit_days: 1 + (slot % 4),
        last_container_id: `bench/${uid}/notebook`,
        superseded: false,
      });
    }
  }
  const images: Row[] = IMAGES.map(({ image, version }) => ({
    timestamp: early,
    image,
    image_digest: '',
    r_version: version,
    r_source: 'tag',
    source: 'tag',
  }));
  const nodes: Row[] = Array.from({ length: DAYS }, (_, day) => new Date(from.getTime() + day * DAY_MS)).flatMap(
    (timestamp) =>
      Array.from({ length: Math.ceil(containers * NODES_PER_CONTAINER) }, (_, i) => ({
        timestamp,
        cluster: 'bench',
        node: `node-${String(i)}`,
        first_seen_at: timestamp,
        last_seen_at: new Date(timestamp.getTime() + DAY_MS - 1),
        cpu_allocatable_cores: 256,
        memory_allocatable_bytes: 1024 * 2 ** 30,
        node_type: 'm7i.metal',
      })),
  );
  const prices: Row[] = (
    [
      ['cpu', 'core_hour', 0.02087],
      ['memory', 'gb_hour', 0.00262],
      ['storage', 'gb_month', 0.08],
    ] as const
  ).map(([resource, unit, price]) => ({
    timestamp: early,
    resource,
    unit,
    price,
    currency: 'USD',
    node_type: '',
    source: 'bench',
  }));
  const tables = { people: [...people, ...moves], access, containers: rows, workspaces, images, nodes, prices };
  for (const [table, all] of Object.entries(tables))
    for (let i = 0; i < all.length; i += 20_000)
      await warehouse.writer.write([{ table, rows: all.slice(i, i + 20_000) }]);
  await warehouse.settle(Object.keys(tables));
}

/** Five-minute rows are made in the database, a month at a time; hours, days and bins are summed from them. */
async function loadUsage(warehouse: QuestdbWarehouse, from: Date): Promise<void> {
  for (let day = 0; day < DAYS; day += 5) {
    const [start, end] = [new Date(from.getTime() + day * DAY_MS), new Date(from.getTime() + (day + 5) * DAY_MS)];
    const span = `timestamp >= '${start.toISOString()}' and timestamp < '${end.toISOString()}'`;
    // Idle at night and at weekends, busy for some hours a day: sixteen cores or next to none, by container.
    await warehouse.reader.execute(
      `
      insert into container_usage
      select at, container_id, node, 300f, 300f, cores >= 0.1, 16f, cores * 300, 300f, 68719476736.0, (2e9 + cores * 1e9) * 300, 2e9 + cores * 1e9
      from (
        select b.at, c.container_id, c.node,
          case when hour(b.at) between 9 and 14 and day_of_week(b.at) <= 5 then rnd_double() * c.most else 0.02 end as cores
        from (select dateadd('m', ((x - 1) * 5)::int, '${start.toISOString()}'::timestamp) at from long_sequence(${5 * 288})) b
        cross join (
          select container_id, node, created_at, coalesce(ended_at, '2200-01-01T00:00:00Z'::timestamp) as until,
            case when abs(hash(container_id)) % 3 = 0 then 14.0 else 0.3 end as most
          from containers
          where created_at < '${end.toISOString()}' and (ended_at is null or ended_at > '${start.toISOString()}')
        ) c
        where b.at >= c.created_at and b.at < c.until
      )`.replace('abs(hash(container_id)) % 3', `strpos(container_id, '3') % 3`),
    );
    await warehouse.settle(['container_usage']);
    const sums = (unit: string, names: string): string => `
      insert into container_usage_${names}
      select * from (
        select timestamp_floor('${unit}', timestamp) as timestamp, ${names === '1d' ? `to_str(timestamp_floor('d', timestamp), 'yyyy-MM-dd') as day,` : ''}
          container_id, last(node) as node,
          sum(covered_seconds) as covered_seconds, sum(alive_seconds) as alive_seconds,
          sum(case when is_active then 1.0 * covered_seconds else 0.0 end) as active_seconds,
          sum(cpu_request_cores * alive_seconds) as cpu_requested_core_seconds,
          sum(cpu_used_core_seconds) as cpu_used_core_seconds,
          sum(least(cpu_used_core_seconds, cpu_request_cores * covered_seconds)) as cpu_within_core_seconds,
          sum(greatest(cpu_request_cores * covered_seconds - cpu_used_core_seconds, 0.0)) as cpu_idle_core_seconds,
          0.0 as cpu_unknown_core_seconds, 0.0 as cpu_borrowed_core_seconds,
          max(cpu_used_core_seconds) / 300 as cpu_max_cores,
          sum(memory_covered_seconds) as memory_covered_seconds,
          sum(memory_request_bytes * alive_seconds) / 1073741824.0 as memory_requested_gb_seconds,
          sum(memory_used_byte_seconds) / 1073741824.0 as memory_used_gb_seconds,
          sum(memory_used_byte_seconds) / 1073741824.0 as memory_within_gb_seconds,
          sum(memory_request_bytes * alive_seconds - memory_used_byte_seconds) / 1073741824.0 as memory_idle_gb_seconds,
          0.0 as memory_unknown_gb_seconds, 0.0 as memory_borrowed_gb_seconds, max(memory_max_bytes) as memory_max_bytes
        from container_usage where ${span}
      )`;
    await warehouse.reader.execute(sums('h', '1h'));
    await warehouse.reader.execute(sums('d', '1d'));
    await warehouse.reader.execute(`
      insert into container_usage_bins_1d
      select * from (
        select timestamp_floor('d', timestamp) as timestamp, container_id,
          case when cores < 0.1 then 0 when cores < 0.5 then 1 when cores < 1 then 2 else 2 + floor(cores)::int end as bin,
          sum(covered_seconds) as covered_seconds, sum(cpu_request_cores * covered_seconds) as requested, sum(cpu_used_core_seconds) as used
        from (select *, cpu_used_core_seconds / 300 as cores from container_usage where ${span})
      )`);
    await warehouse.settle(['container_usage_1d', 'container_usage_1h', 'container_usage_bins_1d']);
  }
  await warehouse.reader.execute(`
    insert into user_days
    select * from (
      select u.timestamp as timestamp, c.user_key, c.component, u.day, 'UTC' as time_zone, sum(u.alive_seconds) as alive_seconds,
        sum(u.covered_seconds) as covered_seconds, sum(u.active_seconds) as active_seconds, 1L as visits,
        min(u.timestamp) as first_visit_at, max(u.timestamp) as last_visit_at, 'both' as basis
      from container_usage_1d u join containers c on c.container_id = u.container_id
      where u.active_seconds > 0
    )`);
  await warehouse.reader.execute(`
    insert into container_visits_1d
    select timestamp, container_id, 2L as visits, dateadd('h', 9, timestamp) as first_visit_at, dateadd('h', 15, timestamp) as last_visit_at from container_usage_1d where active_seconds > 0`);
  await warehouse.reader.execute(`
    insert into node_usage_1d
    select * from (
      select timestamp, day, 'bench' as cluster, node, count() as containers_mean, count() as containers_max,
        sum(covered_seconds) as covered_seconds, sum(alive_seconds) as alive_seconds, 256.0 * 86400 as cpu_allocatable_core_seconds,
        sum(cpu_requested_core_seconds) as cpu_requested_core_seconds, 256.0 * 86400 - sum(cpu_requested_core_seconds) as cpu_infra_idle_core_seconds,
        sum(cpu_idle_core_seconds) as cpu_idle_core_seconds, sum(cpu_within_core_seconds) as cpu_within_core_seconds,
        0.0 as cpu_unknown_core_seconds, 0.0 as cpu_borrowed_core_seconds, 1024.0 * 86400 as memory_allocatable_gb_seconds,
        sum(memory_requested_gb_seconds) as memory_requested_gb_seconds, 1024.0 * 86400 - sum(memory_requested_gb_seconds) as memory_infra_idle_gb_seconds,
        sum(memory_idle_gb_seconds) as memory_idle_gb_seconds, sum(memory_within_gb_seconds) as memory_within_gb_seconds,
        0.0 as memory_unknown_gb_seconds, 0.0 as memory_borrowed_gb_seconds
      from container_usage_1d
    )`);
  await warehouse.reader.execute(`
    insert into volume_usage_1d
    select d.timestamp, to_str(d.timestamp, 'yyyy-MM-dd'), 'bench', 'jupyter', p.person_key, 1e10, 1e10, 5e10, 1e5, 1e7, 288
    from (select dateadd('d', (x - 1)::int, '${from.toISOString()}'::timestamp) as timestamp from long_sequence(${DAYS})) d
    cross join (select person_key from people latest on timestamp partition by person_key) p`);
  await warehouse.settle(['user_days', 'container_visits_1d', 'node_usage_1d', 'volume_usage_1d']);
}
