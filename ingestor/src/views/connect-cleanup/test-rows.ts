import type { Row } from '../../warehouse/warehouse.ts';

/** Rows of Connect for golden tests. Everything is as of this time. */
export const until = new Date('2026-10-01T12:00:00Z');
const dayMs = 86_400_000;
export const ago = (days: number): Date => new Date(until.getTime() - days * dayMs);
/** Of views: whole days around `until`. */
export const range = { from: '2026-09-01T00:00:00Z', to: '2026-10-01T12:00:00Z' };
let keys = 0;

/** A deployed item, 500 days old, known since. */
export function item(guid: string, owner: string | null, fields: Row = {}): Row {
  return {
    timestamp: ago(499),
    server: 'prod',
    content_guid: guid,
    name: guid,
    owner,
    is_locked: false,
    created_at: ago(500),
    last_deployed_at: ago(400),
    bundle_id: '7',
    app_mode: 'rmd-static',
    category: '',
    r_version: '4.4.1',
    tags: '[]',
    cpu_request_cores: 2,
    memory_request_bytes: 2 ** 30,
    is_deleted: false,
    ...fields,
  };
}

export function bytes(guid: string, total: number): Row {
  return {
    timestamp: ago(400),
    server: 'prod',
    content_guid: guid,
    bundles: 1,
    bytes_total: total,
    bytes_active: total,
  };
}

/** A look of somebody (null: not signed in). */
export function look(guid: string, days: number, person: string | null, fields: Row = {}): Row {
  return {
    timestamp: ago(days),
    server: 'prod',
    content_guid: guid,
    event_key: ++keys,
    person,
    is_monitor: false,
    ...fields,
  };
}

/** A scheduled render of an hour. */
export function render(guid: string, days: number, outcome = 'ok'): Row {
  return {
    timestamp: ago(days),
    server: 'prod',
    content_guid: guid,
    job_key: `${guid}-${String(days)}`,
    tag: 'build_report',
    outcome,
    queued_at: ago(days),
    started_at: ago(days),
    ended_at: new Date(ago(days).getTime() + 3_600_000),
    exit_code: outcome === 'ok' ? 0 : 1,
  };
}

export function schedule(guid: string, mailedTo = 'nobody', fields: Row = {}): Row {
  return {
    timestamp: ago(400),
    server: 'prod',
    content_guid: guid,
    schedule_key: `s-${guid}`,
    type: 'day',
    time_zone: 'Europe/Zurich',
    is_active: true,
    mailed_to: mailedTo,
    starts_at: ago(400),
    is_deleted: false,
    ...fields,
  };
}

/** Logs that are known for two years, until now. */
export const knownLogs: Row[] = ['visits', 'sessions', 'hits'].map((log) => ({
  timestamp: new Date('2000-01-01'),
  server: 'prod',
  log,
  is_available: true,
  begins_at: ago(800),
  known_until: until,
}));

/** A price of a core-hour and of a GB-month; memory is free. */
export const prices: Row[] = [
  { resource: 'cpu', unit: 'core_hour', price: 0.5 },
  { resource: 'memory', unit: 'gb_hour', price: 0 },
  { resource: 'storage', unit: 'gb_month', price: 0.1 },
].map((each) => ({ timestamp: new Date('2020-01-01'), currency: 'USD', node_type: '', source: 'config', ...each }));
