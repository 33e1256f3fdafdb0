import { isSceError } from '../../errors.ts';
import { hashKey } from '../../warehouse/hash-key.ts';
import { forgottenReason } from '../../warehouse/persons/forgotten.ts';
import { readSql } from '../../warehouse/sql.ts';
import type { Row } from '../../warehouse/warehouse.ts';
import type { PollOutcome, PollRun, SourceContext } from '../source.ts';
import { BatchApi, mostIds, type JobQueue } from './client.ts';
import type { BatchRegion } from './config.ts';
import { accountOf, decodeJob, jobKey, type DecodedJob } from './decode.ts';

const storedSql = readSql(import.meta.url, 'stored-jobs.sql');
const openSql = readSql(import.meta.url, 'stored-open-jobs.sql');
/** Jobs that were created earlier and still are listed are read again: the same rows. */
const storedDays = 60;

interface StoredJob {
  readonly job_key: bigint | number;
  readonly row_hash: bigint | number;
  readonly is_final: boolean;
}

/**
 * One poll of one region. What is stored is the cursor: jobs that are stored with their end are not asked for again, so a poll that
 * was killed goes on where it was. A queue that fails does not keep the others; its failure is thrown at the end.
 */
export async function pollBatch(region: BatchRegion, poll: PollRun, context: SourceContext): Promise<PollOutcome> {
  const api = await BatchApi.open(region, poll.signal);
  try {
    const queues = await api.queues();
    const accounts = new Set(queues.map(({ arn }) => accountOf(arn)));
    const total = { read: 0, written: 0, vanished: 0 };
    const failures: unknown[] = [];
    for (const account of accounts) {
      const run = await RegionRun.open(api, region, poll, context, account);
      failures.push(...(await run.readQueues(queues.filter(({ arn }) => accountOf(arn) === account))));
      if (failures.length === 0) await run.readOpen();
      total.read += run.read;
      total.written += run.written;
      total.vanished += run.vanished;
    }
    poll.log.info({ requests: api.requests, queues: queues.length, vanished: total.vanished }, 'AWS Batch was read');
    if (failures.length > 0) throw failures[0];
    return { state: null, rowsRead: total.read, rowsWritten: total.written, complete: total.vanished === 0 };
  } finally {
    api.close();
  }
}

class RegionRun {
  readonly #api: BatchApi;
  readonly #poll: PollRun;
  readonly #context: SourceContext;
  readonly #account: string;
  readonly #region: string;
  readonly #stored: ReadonlyMap<bigint, StoredJob>;
  readonly #isForgotten: (code: string) => boolean;
  readonly #seen = new Set<string>();
  read = 0;
  written = 0;
  /** Listed, but no longer there when it was asked for. */
  vanished = 0;

  private constructor(
    api: BatchApi,
    poll: PollRun,
    context: SourceContext,
    place: { readonly account: string; readonly region: string },
    stored: readonly StoredJob[],
    isForgotten: (code: string) => boolean,
  ) {
    this.#api = api;
    this.#poll = poll;
    this.#context = context;
    this.#account = place.account;
    this.#region = place.region;
    this.#stored = new Map(stored.map((job) => [BigInt(job.job_key), job]));
    this.#isForgotten = isForgotten;
  }

  static async open(
    api: BatchApi,
    { region }: BatchRegion,
    poll: PollRun,
    context: SourceContext,
    account: string,
  ): Promise<RegionRun> {
    const { reader } = context.warehouse;
    // What an earlier poll was acknowledged must be visible: it would be described again, and ended jobs be written again.
    await context.warehouse.settle(['aws_batch_jobs']);
    const since = new Date(poll.startedAt.getTime() - storedDays * 86_400_000);
    const stored = await reader.rows<StoredJob>(storedSql, [account, region, since]);
    const reason = await forgottenReason(reader, context.pseudonymiser);
    return new RegionRun(api, poll, context, { account, region }, stored, (code) => reason(code) !== null);
  }

  /** Returns the failures of queues that could not be read to their end. */
  async readQueues(queues: readonly JobQueue[]): Promise<unknown[]> {
    const failures: unknown[] = [];
    for (const [place, { name }] of queues.entries()) {
      try {
        await this.#readJobs(this.#wanted(await this.#api.list({ jobQueue: name })));
      } catch (error) {
        this.#poll.signal.throwIfAborted();
        if (!isSceError(error) || error.code !== 'SOURCE_FAILED') throw error;
        failures.push(error);
      }
      this.#poll.progress(place + 1, queues.length, 'queues');
    }
    return failures;
  }

  /** Jobs stored as not over that no listing had. AWS knows how they ended, or they are lost: nothing is known of their end. */
  async readOpen(): Promise<void> {
    const rows = await this.#context.warehouse.reader.rows<Row>(openSql, [this.#account, this.#region]);
    const open = new Map(rows.map((row) => [String(row['job_id']), row]));
    for (const id of this.#seen) open.delete(id);
    const gone = await this.#readJobs([...open.keys()]);
    const lost = gone.flatMap((id) => {
      const row = open.get(id);
      return row ? [hashed({ ...row, is_lost: true, is_final: true })] : [];
    });
    if (lost.length > 0) await this.#write([], lost);
  }

  /** Not those which are stored with their end and are still over. */
  #wanted(listed: ReadonlyMap<string, boolean>): string[] {
    for (const id of listed.keys()) this.#seen.add(id);
    return [...listed].filter(([id, isOver]) => !(isOver && this.#storedOf(id)?.is_final)).map(([id]) => id);
  }

  /** Asks for jobs and writes them, array jobs after their children. Returns the ids that AWS does not know. */
  async #readJobs(ids: readonly string[]): Promise<string[]> {
    const gone: string[] = [];
    for (let from = 0; from < ids.length; from += mostIds) {
      const chunk = ids.slice(from, from + mostIds);
      const jobs = await this.#describe(chunk);
      const known = new Set(jobs.map(({ id }) => id));
      gone.push(...chunk.filter((id) => !known.has(id)));
      await this.#writeJobs(jobs.filter(({ arraySize }) => arraySize === null));
      for (const parent of jobs.filter(({ arraySize }) => arraySize !== null)) await this.#readArray(parent);
    }
    this.vanished += gone.filter((id) => this.#seen.has(id)).length;
    return gone;
  }

  async #readArray(parent: DecodedJob): Promise<void> {
    const children = await this.#api.list({ arrayJobId: parent.id });
    await this.#readJobs(this.#wanted(children));
    await this.#writeJobs([{ ...parent, row: { ...parent.row, children_seen: children.size } }]);
  }

  async #describe(ids: readonly string[]): Promise<DecodedJob[]> {
    const details = await this.#api.describe(ids);
    this.read += details.length;
    return details.flatMap(
      (detail) =>
        decodeJob(detail, {
          config: this.#context.config.aws_batch,
          pseudonymiser: this.#context.pseudonymiser,
          isForgotten: this.#isForgotten,
          account: this.#account,
          region: this.#region,
        }) ?? [],
    );
  }

  async #writeJobs(jobs: readonly DecodedJob[]): Promise<void> {
    const changed = jobs
      .map((job) => ({ ...job, row: hashed(job.row) }))
      .filter(({ id, row }) => String(this.#storedOf(id)?.row_hash ?? '') !== String(row['row_hash']));
    await this.#write(
      changed.flatMap(({ attempts }) => attempts),
      changed.map(({ row }) => row),
    );
  }

  /** Attempts first: a job that is stored as over is not read again. */
  async #write(attempts: readonly Row[], jobs: readonly Row[]): Promise<void> {
    const { writer } = this.#context.warehouse;
    if (attempts.length > 0) await writer.write([{ table: 'aws_batch_attempts', rows: attempts }]);
    if (jobs.length > 0) await writer.write([{ table: 'aws_batch_jobs', rows: jobs }]);
    this.written += attempts.length + jobs.length;
    this.#poll.signal.throwIfAborted();
  }

  #storedOf(id: string): StoredJob | undefined {
    return this.#stored.get(jobKey(this.#account, this.#region, id));
  }
}

/** The row with the hash of what it says. */
function hashed(row: Row): Row {
  const text = JSON.stringify({ ...row, row_hash: null }, (_, value: unknown) =>
    typeof value === 'bigint' ? String(value) : value,
  );
  return { ...row, row_hash: hashKey(text) };
}
