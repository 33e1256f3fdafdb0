import { pino } from 'pino';
import { Pseudonymiser } from '../../ingestor/src/identity/pseudonym.ts';
import { awsBatchSource } from '../../ingestor/src/sources/aws-batch/source.ts';
import type { PollOutcome } from '../../ingestor/src/sources/source.ts';
import type { Warehouse } from '../../ingestor/src/warehouse/warehouse.ts';
import type { FakeBatch } from './fakes/aws-batch/server.ts';
import { testConfig } from './test-config.ts';

export interface BatchPollOptions {
  readonly fake: FakeBatch;
  readonly warehouse: Warehouse;
  readonly at: Date | number;
  /** More of `aws_batch:`, and of its one region. */
  readonly config?: object;
  readonly region?: object;
  /** All regions that are configured, and the name of the one to poll. */
  readonly regions?: readonly object[];
  readonly name?: string;
  readonly signal?: AbortSignal;
}

/** Codes people and jobs as these polls do. */
export function batchPseudonymiser(): Pseudonymiser {
  return new Pseudonymiser({ key: Buffer.alloc(32, 7), privacy: testConfig().privacy });
}

/** One poll of a fake. `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY` have to be in the environment. */
export async function pollBatch(options: BatchPollOptions): Promise<PollOutcome> {
  const { fake, warehouse, at, region, name = 'prod', signal } = options;
  const one = { name, region: 'eu-central-1', endpoint: fake.url, max_attempts: 3, ...region };
  const config = testConfig({ aws_batch: { ...options.config, regions: options.regions ?? [one] } });
  const log = pino({ level: 'silent' });
  const context = { config, warehouse, pseudonymiser: batchPseudonymiser(), log };
  const instance = awsBatchSource.instances(context).find((each) => each.name === name);
  if (!instance) throw new Error(`no region ${name}`);
  return instance.poll({
    startedAt: new Date(at),
    state: null,
    checkpoint: () => Promise.resolve(),
    progress: () => undefined,
    signal: signal ?? new AbortController().signal,
    log,
  });
}
