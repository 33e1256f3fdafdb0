import { Type } from 'typebox';
import { readSql } from '../../warehouse/sql.ts';
import { dayLabel, localMidnight } from '../money/day.ts';
import { numberColumn, textColumn, timeColumn } from '../shared/columns.ts';
import { defineView, type ViewRow } from '../view.ts';

const sql = readSql(import.meta.url, 'query.sql');

/** A node that was last seen longer ago than this is gone. */
const goneAfterMs = 3 * 3_600_000;

interface NodeHours {
  cluster: string;
  node: string;
  node_type: string | null;
  last_seen_at: Date | null;
  allocatable_cores: number | null;
  containers_max: number | null;
  allocatable_core_hours: number;
  requested_core_hours: number;
  infra_idle_core_hours: number;
  workload_idle_core_hours: number;
  unknown_core_hours: number;
  covered_seconds: number;
  alive_seconds: number;
}

export const nodeIdle = defineView({
  id: 'node-idle',
  title: 'Idle nodes',
  topic: 'Use',
  description: 'For each node over whole days: how much of it nobody reserved, how much was reserved and not used',
  parameters: Type.Object({
    cluster: Type.String({ default: '', description: 'Only this cluster; empty: all' }),
    state: Type.Union([Type.Literal('there'), Type.Literal('all')], {
      default: 'there',
      description: 'there: only nodes seen in the last three hours of the range; all: those that are gone as well',
    }),
  }),
  columns: [
    textColumn('cluster', 'Cluster', 'Kubernetes cluster'),
    textColumn('node', 'Node', 'Its name in Kubernetes'),
    textColumn('node_type', 'Node type', 'Instance type; empty: not known'),
    numberColumn(
      'node_hours',
      'Hours',
      'count:h',
      'Offered core-hours ÷ its cores as last known: how long it was there',
    ),
    numberColumn('allocatable_core_hours', 'Offered', 'count:core·h', 'Σ allocatable cores × hours'),
    numberColumn(
      'requested_share',
      'Reserved',
      'percentunit',
      'Requested ÷ allocatable; above 100 % when overcommitted',
    ),
    numberColumn(
      'infra_idle_share',
      'Infra idle',
      'percentunit',
      '(allocatable − requested) ÷ allocatable, not below 0',
    ),
    numberColumn(
      'idle_share',
      'Idle',
      'percentunit',
      '(infra idle + workload idle) ÷ (allocatable − unknown): of what is known; a gap is not idle',
    ),
    numberColumn('containers_max', 'Most containers', 'short', 'Alive at the same time'),
    numberColumn('coverage', 'Coverage', 'percentunit', 'Covered ÷ alive hours of its containers'),
    timeColumn('last_seen_at', 'Last seen', 'Newest sample of the node'),
  ],
  leastScope: 'aggregate',
  // Whole days, and what was used only as a share of the node with what is idle: nothing about when somebody worked.
  privacy: { kind: 'none' },
  howComputed:
    'Whole days of {time_zone} from {from}: allocatable = infra idle + workload idle + used within request + unknown, per container and five minutes. Nodes shown: {state}.',

  async run({ reader, range, now, config }, { cluster, state }) {
    const zone = config.organisation.time_zone;
    const from = localMidnight(dayLabel(range.from, zone), zone);
    const end = range.to < now ? range.to : now;
    const found = await reader.rows<NodeHours>(sql, [from, range.to, cluster]);
    const shown = found.filter(
      ({ last_seen_at: seen }) => state === 'all' || (seen && end.getTime() - seen.getTime() < goneAfterMs),
    );
    const alive = shown.reduce((sum, row) => sum + row.alive_seconds, 0);
    return {
      rows: shown.map(nodeRow),
      coverage: alive > 0 ? Math.min(1, shown.reduce((sum, row) => sum + row.covered_seconds, 0) / alive) : null,
      facts: {
        time_zone: zone,
        from: from.toISOString().slice(0, 10),
        state: state === 'all' ? 'all' : 'seen in the last three hours of the range',
      },
    };
  },
});

function nodeRow(row: NodeHours): ViewRow {
  const { allocatable_core_hours: offered, infra_idle_core_hours: infraIdle } = row;
  const known = offered - row.unknown_core_hours;
  // Overcommitted: what is not reserved is negative, and no part of the idle.
  const idle = Math.max(0, infraIdle + row.workload_idle_core_hours);
  return {
    cluster: row.cluster,
    node: row.node,
    node_type: row.node_type,
    node_hours: row.allocatable_cores ? offered / row.allocatable_cores : null,
    allocatable_core_hours: offered,
    requested_share: offered > 0 ? row.requested_core_hours / offered : null,
    infra_idle_share: offered > 0 ? Math.max(0, infraIdle) / offered : null,
    idle_share: known > 0 ? Math.min(1, idle / known) : null,
    containers_max: row.containers_max,
    coverage: row.alive_seconds > 0 ? Math.min(1, row.covered_seconds / row.alive_seconds) : null,
    last_seen_at: row.last_seen_at,
  };
}
