import type { QuestdbWarehouse } from '../../../ingestor/src/warehouse/questdb-warehouse.ts';
import type { Row } from '../../../ingestor/src/warehouse/warehouse.ts';

const DAY_MS = 86_400_000;
const GB = 2 ** 30;
export const ROLES = ['Statistician', 'Programmer', 'Data Scientist', 'Epidemiologist', 'Director'];
/** Cores and GB asked for: several with the same dominant share on either shape, so that ties by id decide. */
const SIZES = [
  [16, 64],
  [16, 32],
  [8, 32],
  [4, 32],
  [32, 128],
  [2, 8],
  [16, 64],
  [1, 24],
] as const;
/** Days that a container of a slot lives; then the next one of the same user takes its place. */
const LIVES = [1, 2, 3, 5, 8, 13, 21];

export interface Loaded {
  readonly from: Date;
  readonly to: Date;
  readonly containers: number;
}

/**
 * `containers` at a time over `days` days on nodes of two shapes. `hasGaps`: nobody knows of a container at night, at another hour
 * for each, as when collection pauses.
 */
export async function loadContainers(
  warehouse: QuestdbWarehouse,
  { containers, days, hasGaps }: { containers: number; days: number; hasGaps: boolean },
): Promise<Loaded> {
  const to = new Date(Math.floor(Date.now() / DAY_MS) * DAY_MS);
  const from = new Date(to.getTime() - days * DAY_MS);
  const early = new Date(from.getTime() - 30 * DAY_MS);
  const tables: Record<'people' | 'containers' | 'nodes' | 'prices', Row[]> = {
    people: [],
    containers: [],
    nodes: [],
    prices: [],
  };
  for (let slot = 0; slot < containers; slot++) {
    const person = `u_${slot.toString(16).padStart(16, '0')}`;
    const life = LIVES[slot % LIVES.length] ?? 1;
    const [cores, gb] = SIZES[(slot * 7) % SIZES.length] ?? SIZES[0];
    tables.people.push({
      timestamp: early,
      person_key: person,
      department: `Department ${String(slot % 12)}`,
      role: ROLES[slot % ROLES.length] ?? '',
      is_manager: false,
      active: true,
    });
    for (let day = -(slot % life); day < days; day += life) {
      const created = new Date(from.getTime() + day * DAY_MS + ((slot * 17) % 1440) * 60_000);
      const ends = new Date(created.getTime() + life * DAY_MS - 1000);
      const uid = `${((slot * 2_654_435_761) % 2 ** 32).toString(16)}-${String(day)}`;
      tables.containers.push({
        timestamp: created,
        container_id: `bench/${uid}/notebook`,
        cluster: 'bench',
        node: `node-${String(slot % 80)}`,
        uid,
        container: 'notebook',
        user_key: person,
        kind: slot % 10 === 9 ? 'connect' : 'interactive',
        component: 'interactive',
        created_at: created,
        ended_at: ends < to ? ends : null,
        image: 'registry.example.com/sce/rstudio:4.4.1',
        image_digest: '',
        cpu_request_cores: cores,
        memory_request_bytes: gb * GB,
        workspace_id: `bench/${uid}`,
      });
    }
  }
  for (let day = 0; day < days; day++)
    for (let node = 0; node < 80; node++)
      tables.nodes.push({
        timestamp: new Date(from.getTime() + day * DAY_MS),
        cluster: 'bench',
        node: `node-${String(node)}`,
        cpu_allocatable_cores: node % 4 === 0 ? 31.77 : 63.77,
        memory_allocatable_bytes: (node % 4 === 0 ? 248 : 249) * GB,
        node_type: node % 4 === 0 ? 'r5.8xlarge' : 'm5.16xlarge',
      });
  for (const [resource, unit, price] of [
    ['cpu', 'core_hour', 0.02087],
    ['memory', 'gb_hour', 0.00262],
  ] as const)
    tables.prices.push({ timestamp: early, resource, unit, price, currency: 'USD', node_type: '', source: 'bench' });
  for (const [table, rows] of Object.entries(tables))
    for (let at = 0; at < rows.length; at += 20_000)
      await warehouse.writer.write([{ table, rows: rows.slice(at, at + 20_000) }]);
  await warehouse.settle(Object.keys(tables));
  for (let day = 0; day < days; day += 10) await loadUsage(warehouse, from, day, Math.min(10, days - day), hasGaps);
  return { from, to, containers };
}

/** Made in the database: busy for some hours of working days, a third of the containers with all they asked for. */
async function loadUsage(
  warehouse: QuestdbWarehouse,
  from: Date,
  day: number,
  days: number,
  hasGaps: boolean,
): Promise<void> {
  const start = new Date(from.getTime() + day * DAY_MS).toISOString();
  const end = new Date(from.getTime() + (day + days) * DAY_MS).toISOString();
  const awake = hasGaps ? "and hour(dateadd('m', (c.minute % 180)::int, b.at)) between 6 and 21" : '';
  await warehouse.reader.execute(`
    insert into container_usage
    select at, container_id, node, 300f, 300f, cores >= 0.1, cpu::float, cores * 300, 300f, memory, (2e9 + cores * 1e9) * 300, 2e9 + cores * 1e9
    from (
      select b.at, c.container_id, c.node, c.cpu, c.memory,
        case when hour(b.at) between 8 and 15 and day_of_week(b.at) <= 5 then rnd_double() * c.most else 0.02 end as cores
      from (select dateadd('m', ((x - 1) * 5)::int, '${start}'::timestamp) as at from long_sequence(${String(days * 288)})) b
      cross join (
        select container_id, node, created_at, coalesce(ended_at, '2200-01-01T00:00:00Z'::timestamp) as until,
          cpu_request_cores as cpu, memory_request_bytes as memory, hour(created_at) * 60 + minute(created_at) as minute,
          case when minute(created_at) % 3 = 0 then cpu_request_cores else 0.4 end as most
        from containers
        where created_at < '${end}' and (ended_at is null or ended_at > '${start}')
      ) c
      where b.at >= c.created_at and b.at < c.until ${awake}
    )`);
}
