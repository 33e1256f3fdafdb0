import { readSql } from '../../warehouse/sql.ts';
import type { Row } from '../../warehouse/warehouse.ts';
import type { PollRun, SourceContext } from '../source.ts';
import type { Forge } from './config.ts';
import type { ForgeClient } from './forge.ts';
import type { LockFile } from './lockfiles/model.ts';
import type { GitPeople } from './people.ts';
import type { RunEtags } from './state.ts';
import { Snapshot, type StoredRow } from './snapshot.ts';

const dayMs = 86_400_000;
const weekMs = 7 * dayMs;
const sql = {
  languages: readSql(import.meta.url, 'stored-languages.sql'),
  members: readSql(import.meta.url, 'stored-members.sql'),
  lockFiles: readSql(import.meta.url, 'stored-lockfiles.sql'),
  commits: readSql(import.meta.url, 'stored-commits.sql'),
};

/** What a forge's poller remembers (JSON): ids, times and marks only. */
export interface GitState {
  /** Repository → when its details were read, epoch seconds, its last activity then, epoch ms, and marks of its answers (ETag). */
  readonly read: Record<
    string,
    { readonly t: number; readonly a: number; readonly e?: Readonly<Record<string, string>> }
  >;
  /** Repository → since when it is not found, epoch seconds. */
  readonly missing: Record<string, number>;
  /** Of the settings that decide what is made of an answer: marks of others say nothing. */
  readonly settings: string;
}

export interface StoredLockFile extends StoredRow {
  readonly kind: string;
  readonly blob_id: string;
}
interface StoredWeek {
  readonly repository_id: string;
  readonly timestamp: Date;
  readonly person: string | null;
  readonly commits: number;
  readonly bot_commits: number;
}

/** What is stored of a person's week; `week` in epoch ms. */
export interface KnownWeek {
  readonly person: string;
  readonly week: number;
  readonly commits: number;
  readonly bots: number;
}

/** What the tables hold of the details of a forge's repositories. */
export interface StoredDetails {
  readonly languages: Snapshot;
  readonly members: Snapshot;
  readonly lockFiles: Snapshot<StoredLockFile>;
  /** Repository → the weeks that are counted anew. */
  readonly weeks: ReadonlyMap<string, readonly KnownWeek[]>;
}

/** One poll of one forge: what its parts share. */
export interface GitRun {
  readonly context: SourceContext;
  readonly forge: Forge;
  readonly client: ForgeClient;
  readonly run: PollRun;
  readonly people: GitPeople;
  readonly state: GitState;
  readonly etags: RunEtags;
  /** Designated timestamp of dated rows. */
  readonly day: Date;
  /** Lock files that were read in this run, by kind and blob: copies cost nothing. */
  readonly blobs: Map<string, LockFile>;
}

export function dayOf(at: Date): Date {
  return new Date(Math.floor(at.getTime() / dayMs) * dayMs);
}

/** Monday 00:00 UTC. 1970-01-01 was a Thursday. */
export function weekOf(at: Date): number {
  return Math.floor((at.getTime() - 4 * dayMs) / weekMs) * weekMs + 4 * dayMs;
}

/**
 * First Monday from which commits are read: of a repository that was never read, or of one that was. Weeks of which nobody may be
 * known any more are not counted anew: their rows are those of groups.
 */
export function firstWeek({ context, run: { startedAt } }: GitRun, isFirst: boolean): Date {
  const { history_weeks: history, reread_weeks: reread } = context.config.git;
  const first = weekOf(startedAt) - (isFirst ? history : reread) * weekMs;
  const kept = Date.UTC(startedAt.getUTCFullYear(), startedAt.getUTCMonth() - context.config.privacy.person_months);
  return new Date(Math.max(first, weekOf(new Date(kept - 1)) + weekMs));
}

export async function loadStored(run: GitRun): Promise<StoredDetails> {
  const { reader } = run.context.warehouse;
  const forge = run.forge.name;
  const [languages, members, lockFiles, weeks] = await Promise.all([
    reader.rows<StoredRow>(sql.languages, [forge]),
    reader.rows<StoredRow>(sql.members, [forge]),
    reader.rows<StoredLockFile>(sql.lockFiles, [forge]),
    reader.rows<StoredWeek>(sql.commits, [forge, firstWeek(run, true)]),
  ]);
  const byRepository = new Map<string, KnownWeek[]>();
  for (const { repository_id: id, timestamp, person, commits, bot_commits: bots } of weeks) {
    const own = byRepository.get(id) ?? [];
    own.push({ person: person ?? '', week: timestamp.getTime(), commits, bots });
    byRepository.set(id, own);
  }
  return {
    languages: new Snapshot(languages),
    members: new Snapshot(members),
    lockFiles: new Snapshot(lockFiles),
    weeks: byRepository,
  };
}

/** Rows by table, in the order in which they must be written. */
export type Tables = Record<
  'git_packages' | 'git_lockfiles' | 'git_languages' | 'git_members' | 'platform_events' | 'git_commits_weekly',
  Row[]
>;

export function noRows(): Tables {
  return {
    git_packages: [],
    git_lockfiles: [],
    git_languages: [],
    git_members: [],
    // Before the weeks: a week that is stored as it is told nothing of its commits again.
    platform_events: [],
    git_commits_weekly: [],
  };
}

export async function writeTables(
  context: SourceContext,
  tables: Partial<Record<string, readonly Row[]>>,
): Promise<number> {
  const batches = Object.entries(tables).flatMap(([table, rows = []]) => (rows.length === 0 ? [] : [{ table, rows }]));
  if (batches.length > 0) await context.warehouse.writer.write(batches);
  return batches.reduce((sum, { rows }) => sum + rows.length, 0);
}
