import type { Row, Warehouse } from '../../warehouse/warehouse.ts';
import { readSql } from '../../warehouse/sql.ts';

const claimsSql = readSql(import.meta.url, 'ha-claims.sql');
const TABLE = 'ha_elections';
/** More pairs than any organisation has; it only bounds memory against a sender that makes names up. */
const MAX_PAIRS = 10_000;

interface Cluster {
  readonly name: string;
  elected: string | null;
  electedAt: number;
  /** When the elected replica was last heard of here, or may have been by another ingestor. */
  seenAt: number;
  /** When it was last heard of here: the only sign of life this ingestor may give. */
  heardAt: number;
  /** When its last sign of life was written. */
  writtenAt: number;
  deciding: Promise<void> | null;
}

interface Pair {
  readonly cluster: Cluster;
  readonly replica: string;
}

export interface ElectionOptions {
  readonly warehouse: Pick<Warehouse, 'writer' | 'reader' | 'settle'>;
  readonly failoverSeconds: number;
  readonly now?: () => number;
}

/** Thrown out of the decoding of a request that cannot go on before `decide(pair)`. */
export class ElectionNeeded extends Error {
  readonly pair: number;
  constructor(pair: number) {
    super('the elected replica is not known');
    this.pair = pair;
  }
}

/**
 * Of several replicas of a Prometheus one is stored. The elected one stays until it was silent; then the first other to
 * send claims its place. Claims are rows in QuestDB: the earliest claim that is still alive wins, so that ingestors
 * which never see each other elect the same. Signs of life are written every quarter of the fail-over time, and silence
 * lasts three quarters: an ingestor that knows them from QuestDB only, up to a quarter late, never calls a replica
 * silent before the one that hears it does, and none takes longer than the fail-over time.
 */
export class HaElections {
  readonly #options: ElectionOptions;
  readonly #now: () => number;
  readonly #failoverMs: number;
  readonly #signMs: number;
  readonly #silenceMs: number;
  readonly #clusters = new Map<string, Cluster>();
  readonly #pairs: Pair[] = [];
  readonly #pairIndex = new Map<string, number>();

  constructor(options: ElectionOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
    this.#failoverMs = options.failoverSeconds * 1_000;
    this.#signMs = this.#failoverMs / 4;
    this.#silenceMs = this.#failoverMs - this.#signMs;
  }

  /** A number for the pair, to be kept with its series; -1 when there are too many. */
  pair(cluster: string, replica: string): number {
    const key = JSON.stringify([cluster, replica]);
    const known = this.#pairIndex.get(key);
    if (known !== undefined) return known;
    if (this.#pairs.length >= MAX_PAIRS) return -1;
    let state = this.#clusters.get(cluster);
    if (state === undefined) {
      state = { name: cluster, elected: null, electedAt: 0, seenAt: 0, heardAt: 0, writtenAt: 0, deciding: null };
      this.#clusters.set(cluster, state);
    }
    this.#pairIndex.set(key, this.#pairs.length);
    return this.#pairs.push({ cluster: state, replica }) - 1;
  }

  /** True: store; false: acknowledge and drop. Throws `ElectionNeeded` when that is not settled. */
  accepts(pair: number): boolean {
    const { cluster, replica } = this.#pairs[pair]!;
    const now = this.#now();
    const alive = now - cluster.seenAt < this.#silenceMs;
    if (cluster.elected === replica && alive) {
      cluster.heardAt = now;
      cluster.seenAt = Math.max(cluster.seenAt, now);
      return true;
    }
    if (cluster.elected !== null && alive) return false;
    throw new ElectionNeeded(pair);
  }

  /** Settles who is elected in the pair's cluster, with the other ingestors. Throws `WAREHOUSE_UNAVAILABLE`. */
  async decide(pair: number): Promise<void> {
    const { cluster, replica } = this.#pairs[pair]!;
    cluster.deciding ??= this.#decide(cluster, replica).finally(() => (cluster.deciding = null));
    await cluster.deciding;
  }

  /** Signs of life that are due to be written. */
  dueRows(): Row[] {
    const now = this.#now();
    const rows: Row[] = [];
    for (const cluster of this.#clusters.values()) {
      if (cluster.elected === null || cluster.heardAt - cluster.writtenAt < this.#signMs) continue;
      cluster.writtenAt = now;
      rows.push(row(cluster.name, cluster.elected, cluster.heardAt, cluster.electedAt));
      this.#recheck(cluster);
    }
    return rows;
  }

  /** Two ingestors that could not reach QuestDB at the same time may have elected two: the earlier claim wins again. */
  #recheck(cluster: Cluster): void {
    cluster.deciding ??= this.#adopt(cluster)
      // A failure only means that nothing is known better; the next sign of life asks again.
      .catch(() => false)
      .then(() => {
        cluster.deciding = null;
      });
  }

  async #decide(cluster: Cluster, replica: string): Promise<void> {
    if (await this.#adopt(cluster)) return;
    const now = this.#now();
    await this.#options.warehouse.writer.write([{ table: TABLE, rows: [row(cluster.name, replica, now, now)] }]);
    await this.#options.warehouse.settle([TABLE]);
    cluster.writtenAt = now;
    await this.#adopt(cluster);
  }

  /** Takes over the earliest claim that is alive; false when there is none. */
  async #adopt(cluster: Cluster): Promise<boolean> {
    const oldest = new Date(this.#now() - this.#failoverMs);
    const claims = await this.#options.warehouse.reader.rows<{ replica: string; elected_at: Date; seen_at: Date }>(
      claimsSql,
      [cluster.name, oldest],
    );
    const first = claims[0];
    if (first === undefined) return false;
    const signs = claims.filter((claim) => claim.replica === first.replica).map((claim) => claim.seen_at.getTime());
    const heardHere = cluster.elected === first.replica ? cluster.seenAt : 0;
    if (cluster.elected !== first.replica) cluster.heardAt = 0;
    cluster.elected = first.replica;
    cluster.electedAt = first.elected_at.getTime();
    cluster.seenAt = Math.max(heardHere, ...signs.map((sign) => sign + this.#signMs));
    return true;
  }
}

function row(cluster: string, replica: string, seenAt: number, electedAt: number): Row {
  return { timestamp: new Date(seenAt), cluster, replica, elected_at: new Date(electedAt) };
}
