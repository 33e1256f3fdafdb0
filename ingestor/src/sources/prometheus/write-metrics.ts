import { Counter, Gauge, Histogram } from 'prom-client';
import { registry } from '../../metrics.ts';

const registers = [registry];

export const requestsTotal = new Counter({
  name: 'sce_remote_write_requests_total',
  help: 'Remote-write requests answered, by protocol and status code',
  labelNames: ['protocol', 'status'],
  registers,
});
export const receivedTotal = new Counter({
  name: 'sce_remote_write_received_total',
  help: 'Acknowledged samples, histograms and exemplars, by kind and protocol',
  labelNames: ['kind', 'protocol'],
  registers,
});
export const rejectedTotal = new Counter({
  name: 'sce_remote_write_rejected_total',
  help: 'What was refused (the sender was told) by reason',
  labelNames: ['reason'],
  registers,
});
export const replicaDroppedTotal = new Counter({
  name: 'sce_remote_write_replica_dropped_total',
  help: 'Samples dropped because another replica of their Prometheus is the elected one',
  registers,
});
export const lagSeconds = new Histogram({
  name: 'sce_remote_write_lag_seconds',
  help: 'Age of the newest sample of a request when it was acknowledged',
  buckets: [1, 5, 15, 30, 60, 300, 900, 3_600, 86_400],
  registers,
});
export const flushRows = new Histogram({
  name: 'sce_remote_write_flush_rows',
  help: 'Rows of one flush to QuestDB',
  buckets: [100, 1_000, 4_000, 10_000, 20_000, 40_000, 80_000, 160_000],
  registers,
});
export const flushSeconds = new Histogram({
  name: 'sce_remote_write_flush_seconds',
  help: 'Time until QuestDB acknowledged a flush, by outcome',
  labelNames: ['outcome'],
  buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
  registers,
});
export const knownSeries = new Gauge({
  name: 'sce_remote_write_known_series',
  help: 'Series recognised without decoding',
  registers,
});
export const pendingBytes = new Gauge({
  name: 'sce_remote_write_pending_bytes',
  help: 'Bodies and rows in memory',
  registers,
});
