import { setTimeout } from 'node:timers/promises';
import { SceError } from '../../errors.ts';
import type { Config } from '../../config.ts';
import { activeCoresOf } from '../../platform/active-cores.ts';
import { accountMatches } from '../../platform/condition.ts';
import { platformRules } from '../../platform/presets.ts';
import { readSql } from '../sql.ts';
import type { Warehouse } from '../warehouse.ts';
import { refreshAliases } from './aliases.ts';
import { rollUpChunk } from './chunk.ts';
import { earliest } from './container-row.ts';
import { rollUpDays } from './days.ts';
import { rangesToCompute, readRawState, splitDays, type Range } from './dirty-ranges.ts';
import { rollUpLateEvents } from './late-events.ts';
import type { MartContext } from './mart-context.ts';
import { refreshWorkspaces } from './workspaces.ts';

const watermarksSql = readSql(import.meta.url, 'hours/watermarks.sql');
/** Work tables whose rows carry the number of their window. */
const stageTables = [
  'mart_stage_series',
  'mart_stage_alive',
  'mart_stage_containers',
  'mart_stage_pieces',
  'mart_stage_unmatched',
  'mart_stage_zones',
];
const hour = 3_600_000;
/** Row of mart_watermarks: events received until then are in visits and days of people. */
const eventsMart = 'platform_events';
const day = 24 * hour;
/** Watermarks are rows of one fixed time: writing one replaces it. */
const watermarkRow = new Date(Date.UTC(2000, 0, 1));
/** A sender this far behind the clock is filling in the past: whole days only, until it catches up or pauses. */
const backFillMs = 2 * day;

export interface MartRunnerOptions {
  readonly warehouse: Warehouse;
  readonly config: Config;
  readonly now?: () => Date;
  readonly onProgress?: (done: Range, left: number) => void;
  /** After every run that did not fail, with the time it began. */
  readonly onRun?: (run: MartRun, startedAt: Date) => void;
}

export interface MartRun {
  readonly ranges: readonly Range[];
  /** Everything before it is in the marts. */
  readonly watermark: Date | null;
  readonly unmatchedSeries: number;
}

/** Fills the marts from the raw tables. One per QuestDB; a run at a time. Killed at any moment, the next run does the rest again. */
export class MartRunner {
  readonly #options: MartRunnerOptions;
  readonly #context: MartContext;
  #running: Promise<MartRun> | null = null;
  readonly #aliases = new Map<string, string>();
  #lastEnd: number | null = null;
  /** Workspaces of all time were chained once since the start; from then on only those that a run touched. */
  #chained = false;
  #chunk = Date.now();
  #loaded = false;
  /** Aborted: a run ends after the range it is in; what is left is dirty still, and the next start does it. */
  #signal: AbortSignal | null = null;

  constructor(options: MartRunnerOptions) {
    const { warehouse, config } = options;
    const aliases = this.#aliases;
    this.#options = options;
    this.#context = {
      warehouse,
      config,
      rules: platformRules(config.platform),
      attributes: new Map(),
      clusterSeenAt: new Map(),
      personOf: (key) => (key === null ? null : (aliases.get(key) ?? key)),
      volumeOwners: null,
      activeCores: (image) => activeCoresOf(config.platform.active_cores, image),
      actingFor: (account) => accountMatches(config.kubernetes_audit.acting_for_accounts, account),
      nextChunk: () => ++this.#chunk,
    };
  }

  /**
   * Brings the marts up to the raw data. With `complete: false` a sender that fills in the past is rolled up in whole days.
   * A call during a run waits for it and runs again, so that what was stored before the call is in the marts after it.
   */
  async run(options: { complete?: boolean } = {}): Promise<MartRun> {
    while (this.#running !== null) await this.#running.catch(() => undefined);
    const startedAt = new Date();
    this.#running = this.#run(options.complete ?? true);
    try {
      const run = await this.#running;
      this.#options.onRun?.(run, startedAt);
      return run;
    } finally {
      this.#running = null;
    }
  }

  /** Computes a span again from raw data that are still there. Throws `INVALID_PARAMETER` when they are not. */
  async recompute(from: Date, to: Date): Promise<void> {
    while (this.#running !== null) await this.#running.catch(() => undefined);
    const { floor } = await readRawState(this.#context.warehouse.reader);
    if (floor !== null && from < floor)
      throw new SceError(
        'INVALID_PARAMETER',
        `raw data before ${floor.toISOString()} are gone; the marts keep what they have. Start at that time or later`,
      );
    await this.#load();
    const bucket = 300_000;
    const aligned = splitDays(Math.floor(from.getTime() / bucket) * bucket, Math.ceil(to.getTime() / bucket) * bucket);
    await refreshAliases(this.#context, this.#aliases);
    await this.#compute(aligned, floor);
    await refreshWorkspaces(this.#context, null);
  }

  /** Does something to the marts while none of their own runs does, then forgets what was remembered of pods. */
  async between<T>(work: () => Promise<T>): Promise<T> {
    while (this.#running !== null) await this.#running.catch(() => undefined);
    const result = work();
    this.#running = result.then(() => ({ ranges: [], watermark: null, unmatchedSeries: 0 }));
    try {
      return await result;
    } finally {
      this.#context.attributes.clear();
      this.#running = null;
    }
  }

  /** Before this time every stored sample is in the marts: raw partitions that end before it may be dropped. Null = none. */
  async rawNeededFrom(): Promise<Date | null> {
    await this.#load();
    const { dirty, end } = await readRawState(this.#context.warehouse.reader);
    const [firstDirty] = dirty.keys();
    const watermark = await this.#watermark();
    if (watermark === null || end === null) return null;
    // Five minutes before: a bucket needs the sample before its first.
    return new Date(Math.min(firstDirty ?? Infinity, watermark.getTime()) - 300_000);
  }

  /** Runs every `marts.interval_seconds` until the signal aborts; errors go to `onError` and the next run tries again. */
  async schedule(signal: AbortSignal, onError: (error: unknown) => void): Promise<void> {
    const interval = this.#options.config.marts.interval_seconds * 1000;
    this.#signal = signal;
    while (!signal.aborted) {
      const startedAt = Date.now();
      try {
        const { ranges } = await this.run({ complete: false });
        // A back-fill in full flow: the next day may be there already.
        if (ranges.length > 0 && this.#isBackFill()) continue;
      } catch (error) {
        onError(error);
      }
      await pause(Math.max(1000, startedAt + interval - Date.now()), signal);
    }
  }

  #isBackFill(): boolean {
    return this.#lastEnd !== null && this.#now().getTime() - this.#lastEnd > backFillMs;
  }

  #now(): Date {
    return this.#options.now?.() ?? new Date();
  }

  async #run(complete: boolean): Promise<MartRun> {
    const { warehouse } = this.#context;
    await this.#load();
    const state = await readRawState(warehouse.reader);
    // Counted first: a series is written before its samples, so every sample counted has its series after this.
    await warehouse.settle(['series', 'series_ends', 'platform_events', 'kubernetes_audit']);
    const watermark = await this.#watermark();
    if (state.end === null) {
      // Somebody who is seen on Connect was there, whether or not a cluster reports.
      await this.#events([]);
      return { ranges: [], watermark, unmatchedSeries: 0 };
    }
    let end = state.end;
    const paused = this.#lastEnd === end.getTime();
    this.#lastEnd = end.getTime();
    if (!complete && !paused && this.#isBackFill()) end = new Date(Math.floor(end.getTime() / day) * day - 1);
    const ranges = rangesToCompute(state, watermark, end);
    if (ranges.length === 0) {
      const late = await this.#events([]);
      // The run that rolled these up was killed, or failed, before it chained workspaces.
      if (!this.#chained && watermark !== null) await this.#chain(null);
      else if (late !== null) await this.#chain(late);
      return { ranges, watermark, unmatchedSeries: 0 };
    }
    for (const table of stageTables) await warehouse.reader.execute(`truncate table ${table}`);
    if (await refreshAliases(this.#context, this.#aliases)) this.#chained = false;
    const unmatchedSeries = await this.#compute(ranges, state.floor, (range) => this.#finish(state.dirty, range, end));
    const late = await this.#events(ranges);
    const first = earliest(ranges[0]?.from, late) ?? end;
    // Ends are decided again for two days, and earlier windows may have been computed again.
    await this.#chain(this.#chained ? new Date(first.getTime() - 3 * day) : null);
    return { ranges, watermark: await this.#watermark(), unmatchedSeries };
  }

  /** What platforms told about hours outside of the ranges; gives the start of the earliest. */
  async #events(ranges: readonly Range[]): Promise<Date | null> {
    const { reader, writer } = this.#context.warehouse;
    const rows = await reader.rows<{ mart: string; watermark: Date }>(watermarksSql);
    const since = rows.find(({ mart }) => mart === eventsMart)?.watermark ?? null;
    const { receivedUntil, earliest: late } = await rollUpLateEvents(this.#context, since, ranges);
    if (receivedUntil === null || receivedUntil.getTime() === since?.getTime()) return late;
    const row = { timestamp: watermarkRow, mart: eventsMart, watermark: receivedUntil, updated_at: this.#now() };
    await writer.write([{ table: 'mart_watermarks', rows: [row] }]);
    await this.#context.warehouse.settle(['mart_watermarks']);
    return late;
  }

  /** Until it has succeeded, all workspaces are due. */
  async #chain(since: Date | null): Promise<void> {
    this.#chained = false;
    await refreshWorkspaces(this.#context, since);
    this.#chained = true;
  }

  /**
   * Each range, then what it made stale before it; `finish` when all marts of a range are written. A local day that goes on in the
   * next range is computed once, with that one, and the range waits for it.
   */
  async #compute(
    ranges: readonly Range[],
    floor: Date | null,
    finish: (range: Range) => Promise<void> = async () => undefined,
  ): Promise<number> {
    let unmatched = 0;
    let left = ranges.length;
    const waiting: { readonly range: Range; readonly until: Date | null }[] = [];
    for (const [index, range] of ranges.entries()) {
      if (this.#signal?.aborted) break;
      const result = await rollUpChunk(this.#context, range.from, range.to);
      unmatched += result.unmatchedSeries;
      const redone = staleRanges(result.staleFrom, range.from, floor);
      for (const stale of redone) await rollUpChunk(this.#context, stale.from, stale.to);
      const goesOn = ranges[index + 1]?.from.getTime() === range.to.getTime();
      const span = { from: redone[0]?.from ?? range.from, to: range.to, goesOn };
      waiting.push({ range, until: await rollUpDays(this.#context, span, floor) });
      const isOver = ({ until }: { readonly until: Date | null }): boolean =>
        !goesOn || until === null || until <= range.to;
      for (let [first] = waiting; first !== undefined && isOver(first); [first] = waiting) {
        waiting.shift();
        await finish(first.range);
        this.#options.onProgress?.(first.range, --left);
      }
    }
    return unmatched;
  }

  /** Hours count as rolled up only when everything made of them is written; a kill before repeats them. */
  async #finish(dirty: ReadonlyMap<number, number>, range: Range, end: Date): Promise<void> {
    const { writer } = this.#context.warehouse;
    const updatedAt = this.#now();
    const hours = [...dirty].filter(
      ([at]) => at >= range.from.getTime() - hour && at + Math.min(hour, end.getTime() - at) <= range.to.getTime(),
    );
    const known = await this.#watermark();
    const reached = range.to < end ? range.to : end;
    await writer.write([
      ...(hours.length === 0
        ? []
        : [
            {
              table: 'mart_hours',
              rows: hours.map(([at, rows]) => ({
                timestamp: new Date(at),
                sample_rows: rows,
                rolled_up_at: updatedAt,
              })),
            },
          ]),
      {
        table: 'mart_watermarks',
        rows: [
          {
            timestamp: watermarkRow,
            mart: 'container_usage',
            watermark: known !== null && known > reached ? known : reached,
            updated_at: updatedAt,
          },
          ...[...this.#context.clusterSeenAt].map(([cluster, seenAt]) => ({
            timestamp: watermarkRow,
            mart: `cluster/${cluster}`,
            watermark: seenAt,
            updated_at: updatedAt,
          })),
        ],
      },
    ]);
    await this.#context.warehouse.settle(['mart_hours', 'mart_watermarks']);
  }

  async #watermark(): Promise<Date | null> {
    const rows = await this.#context.warehouse.reader.rows<{ mart: string; watermark: Date }>(watermarksSql);
    return rows.find(({ mart }) => mart === 'container_usage')?.watermark ?? null;
  }

  async #load(): Promise<void> {
    if (this.#loaded) return;
    const rows = await this.#context.warehouse.reader.rows<{ mart: string; watermark: Date }>(watermarksSql);
    for (const { mart, watermark } of rows)
      if (mart.startsWith('cluster/')) this.#context.clusterSeenAt.set(mart.slice('cluster/'.length), watermark);
    this.#loaded = true;
  }
}

function staleRanges(staleFrom: Date | null, before: Date, floor: Date | null): Range[] {
  if (staleFrom === null) return [];
  const bucket = 300_000;
  const from = Math.max(
    Math.floor(staleFrom.getTime() / bucket) * bucket,
    floor === null ? -Infinity : floor.getTime() + bucket,
  );
  return from >= before.getTime() ? [] : splitDays(from, before.getTime());
}

/** Ends at once when the signal is, or already was, aborted. */
async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await setTimeout(milliseconds, undefined, { signal }).catch(() => undefined);
}
