import type { Row } from '../../../ingestor/src/warehouse/warehouse.ts';
import { metricRange, hash64 } from '../../../ingestor/src/warehouse/metric-range.ts';
import type { Loaded } from './load.ts';

export const dayMs = 86_400_000;
const containersPerNode = 12;
/** A container lives this long in its slot, then the next one of the same user takes its place. */
const lifeDays = 10;
const roles = ['Statistician', 'Statistical Programmer', 'Data Scientist', 'Epidemiologist', 'Manager'];
const departments = Array.from({ length: 12 }, (_, i) => `Department ${String(i + 1)}`);
const images = ['4.0.0', '4.3.2', '4.4.1', '4.5.1'].map((version) => ({
  image: `registry.example.com/sce/rstudio:${version}`,
  version,
}));
const metrics = [
  ['kubelet', 'container_cpu_usage_seconds_total'],
  ['kubelet', 'container_memory_working_set_bytes'],
  ['kube-state-metrics', 'kube_pod_info'],
  ['kube-state-metrics', 'kube_pod_status_phase'],
  ['kube-state-metrics', 'kube_pod_container_resource_requests'],
] as const;

type Tables = Readonly<Record<string, readonly Row[]>>;

const person = (index: number): string => `u_${index.toString(16).padStart(16, '0')}`;

/** People, who may use the platform, and the one in five who moves once in the year. */
export function people({ users, from }: Loaded): Tables {
  const early = new Date(from.getTime() - 30 * dayMs);
  const rows: Row[] = Array.from({ length: users }, (_, i) => ({
    timestamp: early,
    person_key: person(i),
    person_id: `id_${String(i)}`,
    source: 'bench',
    department: departments[i % departments.length] ?? '',
    division: `Division ${String(i % 3)}`,
    role: roles[i % roles.length] ?? '',
    location: 'Basel',
    time_zone: 'UTC',
    manager_id: person(Math.floor(i / 10)),
    is_manager: i < users / 10,
    joined_on: early,
    active: true,
  }));
  const moves = rows
    .filter((_, i) => i % 5 === 0)
    .map((row, i) => ({
      ...row,
      timestamp: new Date(from.getTime() + (30 + (i % 300)) * dayMs),
      department: departments[(i + 5) % departments.length] ?? '',
    }));
  const access = rows.map((row) => ({
    timestamp: early,
    person_key: row['person_key'] ?? null,
    access_group: 'sce',
    has_access: true,
    source: 'bench',
  }));
  return { people: [...rows, ...moves], access };
}

/** Containers one after the other in every slot, each a workspace, and the claims their people mount. */
export function containers({ users, containers: slots, from, to, days }: Loaded): Tables {
  const [rows, workspaces, owners] = [[] as Row[], [] as Row[], [] as Row[]];
  for (let slot = 0; slot < slots; slot += 1) {
    const user = person(slot % users);
    owners.push({
      timestamp: from,
      cluster: 'bench',
      namespace: 'jupyter',
      claim: user,
      user_key: user,
      last_mounted_on: to,
    });
    for (let day = -(slot % lifeDays); day < days; day += lifeDays) {
      const created = new Date(from.getTime() + day * dayMs + (slot % 24) * 3_600_000);
      const ends = new Date(created.getTime() + lifeDays * dayMs - 1000);
      const ended = ends < to ? ends : null;
      const uid = `uid-${String(slot)}-${String(day)}`;
      const shared: Row = {
        timestamp: created,
        cluster: 'bench',
        node: `node-${String(Math.floor(slot / containersPerNode))}`,
        user_key: user,
        kind: slot % 10 === 9 ? 'connect' : 'interactive',
        component: slot % 10 === 9 ? 'connect' : 'interactive',
        created_at: created,
        ended_at: ended,
        ended_by: ended === null ? null : (['user', 'rule', 'eviction', 'completed'][slot % 4] ?? null),
        image: images[(slot + day * 3 + 1000) % images.length]?.image ?? '',
        image_digest: '',
        cpu_request_cores: 16,
        memory_request_bytes: 64 * 2 ** 30,
        visit_basis: 'event',
        first_visit_at: created,
        last_visit_at: new Date(created.getTime() + (slot % lifeDays) * dayMs),
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
  return { containers: rows, workspaces, volume_owners: owners };
}

/** Five series of every container, a row for each month in which it lived. */
export function* series({ containers: slots, from, days }: Loaded): Generator<Row> {
  for (let slot = 0; slot < slots; slot += 1)
    for (let day = -(slot % lifeDays); day < days; day += lifeDays) {
      const created = from.getTime() + day * dayMs + (slot % 24) * 3_600_000;
      const second = new Date(created + lifeDays * dayMs);
      const month = Date.UTC(second.getUTCFullYear(), second.getUTCMonth());
      for (const [job, metric] of metrics) {
        const uid = `uid-${String(slot)}-${String(day)}`;
        const id = metricRange(metric).low + BigInt.asUintN(52, hash64(uid));
        const labels = {
          job,
          cluster: 'bench',
          namespace: 'jupyter',
          pod: `pod_${String(slot)}`,
          container: 'notebook',
        };
        for (const at of created < month ? [created, month] : [created])
          yield { timestamp: new Date(at), series: id, metric, ...labels, uid, labels: JSON.stringify(labels) };
      }
    }
}

/** What images contain, nodes by day, prices. */
export function surroundings({ containers: slots, from, days }: Loaded): Tables {
  const early = new Date(from.getTime() - 30 * dayMs);
  const nodes = Array.from({ length: days }, (_, day) => new Date(from.getTime() + day * dayMs)).flatMap((timestamp) =>
    Array.from({ length: Math.ceil(slots / containersPerNode) }, (_, i) => ({
      timestamp,
      cluster: 'bench',
      node: `node-${String(i)}`,
      first_seen_at: timestamp,
      last_seen_at: new Date(timestamp.getTime() + dayMs - 1),
      cpu_allocatable_cores: 256,
      memory_allocatable_bytes: 1024 * 2 ** 30,
      node_type: 'm7i.metal',
    })),
  );
  const price = (resource: string, unit: string, amount: number): Row => ({
    timestamp: early,
    resource,
    unit,
    price: amount,
    currency: 'USD',
    node_type: '',
    source: 'bench',
  });
  return {
    images: images.map(({ image, version }) => ({
      timestamp: early,
      image,
      image_digest: '',
      r_version: version,
      r_source: 'tag',
      source: 'tag',
    })),
    nodes,
    prices: [
      price('cpu', 'core_hour', 0.02087),
      price('memory', 'gb_hour', 0.00262),
      price('storage', 'gb_month', 0.08),
    ],
  };
}
