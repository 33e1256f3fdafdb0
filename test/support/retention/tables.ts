import type { Row, TableRows } from '../../../ingestor/src/warehouse/warehouse.ts';
import { gitTables } from './git-tables.ts';
import { at, everybody, homeOf, now, person, pseudonymiser } from './persons.ts';

/** 5 has a claim since 2025 and mounts it still, 6 mounted one last in February 2025. */
export const claims = [
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

/** Everything that is stored of them. */
export function retentionTables(): TableRows[] {
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
  return [
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
    ...gitTables(days),
    { table: 'series', rows: series },
    { table: 'volume_owners', rows: claims.map(({ owner }) => owner) },
    { table: 'volume_usage_1d', rows: claims.flatMap(({ days: used }) => used) },
  ];
}
