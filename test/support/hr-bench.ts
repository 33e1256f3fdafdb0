import { mkdtempSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { Registry } from 'prom-client';
import { loadConfig, parseFileConfig, type Config } from '../../ingestor/src/config.ts';
import { Pseudonymiser } from '../../ingestor/src/identity/pseudonym.ts';
import { hrSource } from '../../ingestor/src/sources/hr/source.ts';
import { Poller } from '../../ingestor/src/sources/poller.ts';
import type { PollOutcome, SourceContext } from '../../ingestor/src/sources/source.ts';
import type { Warehouse } from '../../ingestor/src/warehouse/warehouse.ts';

/** The HR source over a real warehouse, with a clock that the test turns. */
export class HrBench {
  readonly config: Config;
  readonly pseudonymiser: Pseudonymiser;
  readonly context: SourceContext;
  readonly logged: string[] = [];
  readonly states = new Map<string, unknown>();

  constructor(warehouse: Warehouse, hr: unknown, dataDir: string = mkdtempSync(join(tmpdir(), 'sce-hr-'))) {
    this.config = {
      ...loadConfig({}),
      ...parseFileConfig({ hr, poller: { retry_base_seconds: 0.05 } }, 'test'),
      dataDir,
    };
    this.pseudonymiser = new Pseudonymiser({
      key: Buffer.from('0123456789abcdef0123456789abcdef'),
      privacy: this.config.privacy,
    });
    const log = pino({ level: 'debug' }, { write: (line: string) => void this.logged.push(line) });
    this.context = { config: this.config, warehouse, pseudonymiser: this.pseudonymiser, log };
  }

  /** One poll of a feed at noon UTC of a day. State is kept as the poller keeps it. */
  async poll(feed: string, day: string): Promise<PollOutcome> {
    const instance = hrSource.instances(this.context).find((each) => each.name === feed);
    if (instance === undefined) throw new Error(`no feed ${feed}`);
    const outcome = await instance.poll({
      startedAt: new Date(`${day}T12:00:00Z`),
      // As after a restart: through JSON.
      state: JSON.parse(JSON.stringify(this.states.get(feed) ?? null)) as unknown,
      checkpoint: async (state) => void this.states.set(feed, state),
      progress: () => undefined,
      signal: new AbortController().signal,
      log: this.context.log,
    });
    this.states.set(feed, outcome.state);
    return outcome;
  }

  poller(): Poller {
    return new Poller({ context: this.context, sources: [hrSource], registry: new Registry() });
  }

  /** Rows of `people` as short texts, oldest first: `2026-11-01 meierk Oncology IC active`. */
  async people(names: readonly string[]): Promise<string[]> {
    const known = new Map(names.map((name) => [this.pseudonymiser.person(name), name]));
    const rows = await this.context.warehouse.reader.rows('select * from people order by timestamp, person_key');
    return rows
      .map((row) => {
        const name = known.get(String(row['person_key'])) ?? String(row['person_key']);
        const day = (row['timestamp'] as Date).toISOString().slice(0, 10);
        return `${day} ${name} ${String(row['department'])} ${row['is_manager'] === true ? 'manager' : 'IC'} ${row['active'] === true ? 'active' : 'left'}`;
      })
      .sort();
  }
}

export interface FeedPerson {
  readonly id?: string;
  readonly user: string;
  readonly department?: string;
  readonly manager?: string;
  readonly active?: string;
  readonly from?: string;
  readonly left?: string;
  readonly groups?: string;
  readonly type?: string;
  readonly title?: string;
}

export const feedHeader =
  'person_id,username,email,display_name,department,title,person_type,location,manager_id,active,valid_from,left_on,groups';
let writes = 0;

/** Writes the feed; each write is a new delivery. */
export function writeFeed(path: string, people: readonly FeedPerson[]): void {
  const lines = people.map(
    (p) =>
      `${p.id ?? `id-${p.user}`},${p.user},${p.user}.mail@example.com,Name of ${p.user},${p.department ?? 'Oncology'},${p.title ?? 'Statistician'},${p.type ?? 'Employee'},Mainz,${p.manager ?? ''},${p.active ?? 'true'},${p.from ?? ''},${p.left ?? ''},${p.groups ?? ''}`,
  );
  writeFileSync(path, `${feedHeader}\n${lines.join('\n')}\n`);
  writes += 1;
  utimesSync(path, 1_700_000_000 + writes, 1_700_000_000 + writes);
}
