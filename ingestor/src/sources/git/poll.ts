import { SceError, isSceError, messageOf } from '../../errors.ts';
import { readSql } from '../../warehouse/sql.ts';
import type { Row } from '../../warehouse/warehouse.ts';
import type { PollOutcome, PollRun, SourceContext } from '../source.ts';
import { isOfForge } from './access.ts';
import type { Forge } from './config.ts';
import { readDetails, type RepositoryState } from './details.ts';
import type { ForgeRepository } from './forge.ts';
import { openGithub } from './github/client.ts';
import { openGitlab } from './gitlab/client.ts';
import { GitPeople } from './people.ts';
import { dayOf, loadStored, noRows, writeTables, type GitRun, type Tables } from './run.ts';
import { loadState, RunEtags } from './state.ts';
import { Snapshot, type StoredRow } from './snapshot.ts';

const storedRepositories = readSql(import.meta.url, 'stored-repositories.sql');
/** Repositories that are read together and remembered together. */
const chunk = 20;
/** So many failures in a row are the forge's, not a repository's. */
const mostFailures = 10;
/** Forges note activity at most once an hour: what was read within it is read again. */
const activityLagMs = 2 * 3_600_000;

interface StoredRepository extends StoredRow {
  readonly state: RepositoryState | null;
}

/** One poll of one forge. What a repository does not answer is left as it was, and asked for again with the next poll. */
export async function pollForge(forge: Forge, poll: PollRun, context: SourceContext): Promise<PollOutcome> {
  // A poll right after another sees what that one wrote.
  await context.warehouse.settle(['git_repositories', ...Object.keys(noRows())]);
  const stored = new Snapshot(await context.warehouse.reader.rows<StoredRepository>(storedRepositories, [forge.name]));
  const state = loadState(poll.state, context, (id) => stored.get('', id)?.is_deleted === false);
  const etags = new RunEtags(state);
  const client = await (forge.kind === 'github'
    ? openGithub(forge, poll.signal, etags)
    : openGitlab(forge, poll.signal));
  try {
    const people = await GitPeople.load(context);
    const run: GitRun = {
      context,
      forge,
      client,
      run: poll,
      people,
      state,
      etags,
      day: dayOf(poll.startedAt),
      blobs: new Map(),
    };
    const listed = await client.repositories();
    const due = listed.filter((repository) => isDue(run, repository));
    // First what the list says of those that were read before; the others are written with their details.
    const isDueById = new Set(due.map(({ id }) => id));
    let rowsWritten = await writeTables(context, {
      git_repositories: listed
        .filter(({ id }) => !isDueById.has(id))
        .flatMap((each) => repositoryRow(run, each, stored.get('', each.id)?.state ?? 'ok', stored)),
    });
    const details = await readAllDetails(run, due, stored);
    rowsWritten += details.rowsWritten;
    const gone = await closeMissing(run, listed, stored);
    rowsWritten += gone.rowsWritten;
    poll.log.info({ requests: client.requests, repositories: listed.length, read: due.length }, 'Git was read');
    return {
      state,
      rowsRead: listed.length,
      rowsWritten,
      complete: details.failed === 0 && details.lost <= mostLost(due.length) && gone.isSure,
    };
  } finally {
    await client.close();
  }
}

function isDue({ state, run, context }: GitRun, { id, lastActivityAt }: ForgeRepository): boolean {
  const read = state.read[id];
  if (read === undefined) return true;
  const activity = lastActivityAt?.getTime() ?? 0;
  return (
    activity !== read.a ||
    (read.t * 1000 - activity < activityLagMs && run.startedAt.getTime() - read.t * 1000 > activityLagMs) ||
    run.startedAt.getTime() - read.t * 1000 >= context.config.git.details_days * 86_400_000
  );
}

async function readAllDetails(
  run: GitRun,
  due: readonly ForgeRepository[],
  stored: Snapshot<StoredRepository>,
): Promise<{ readonly rowsWritten: number; readonly failed: number; readonly lost: number }> {
  if (due.length === 0) return { rowsWritten: 0, failed: 0, lost: 0 };
  const details = await loadStored(run);
  let [rowsWritten, failed, inARow, lost, done] = [0, 0, 0, 0, 0];
  for (let from = 0; from < due.length; from += chunk) {
    const part = due.slice(from, from + chunk);
    const answers = await Promise.all(
      part.map((repository) => readDetails(run, repository, details).catch((error: unknown) => thrown(run, error))),
    );
    const tables = noRows();
    const repositories: Row[] = [];
    for (const [index, repository] of part.entries()) {
      const answer = answers[index];
      if (answer === undefined) continue;
      if (answer instanceof SceError) {
        [failed, inARow] = [failed + 1, inARow + 1];
        if (inARow >= mostFailures) throw answer;
        // A new one is still there; what is in it is unknown.
        repositories.push(...repositoryRow(run, repository, stored.get('', repository.id)?.state ?? 'hidden', stored));
        run.run.log.warn({ repository: repository.id, err: messageOf(answer) }, 'a repository cannot be read');
        continue;
      }
      inARow = 0;
      const before = stored.get('', repository.id)?.state;
      const state = answer.state === 'unchanged' ? (before ?? 'ok') : answer.state;
      if (state === 'hidden' && (before === 'ok' || before === 'truncated')) lost += 1;
      repositories.push(...repositoryRow(run, repository, state, stored));
      for (const name of Object.keys(tables) as (keyof Tables)[]) tables[name].push(...answer.tables[name]);
    }
    rowsWritten += await writeTables(run.context, {
      ...tables,
      git_repositories: repositories,
    });
    for (const [index, { id, lastActivityAt }] of part.entries())
      if (!(answers[index] instanceof SceError)) run.etags.keep(id, run.run.startedAt, lastActivityAt);
    done += part.length;
    run.run.progress(done, due.length, 'repositories');
    await run.run.checkpoint(run.state);
    run.run.signal.throwIfAborted();
  }
  if (lost > mostLost(due.length))
    run.run.log.warn({ lost }, 'files of many repositories may not be read any more: has the token lost rights?');
  return { rowsWritten, failed, lost };
}

/** Of so many repositories that were read, files may be closed to us one by one. */
function mostLost(read: number): number {
  return Math.max(5, read / 5);
}

/** Failures of a single repository; those of the forge (token, limits) and our own end the poll. */
function thrown({ run }: GitRun, error: unknown): SceError {
  run.signal.throwIfAborted();
  if (!isSceError(error) || error.code !== 'SOURCE_FAILED') throw error;
  if (isOfForge(error)) throw error;
  return error;
}

/**
 * Repositories that are no longer listed are asked for one by one. One that is refused is not gone; one that is not found is, after
 * `gone_days`: until then it may be the token that has lost its right to it. When many are missing, it is the token.
 */
async function closeMissing(
  run: GitRun,
  listed: readonly ForgeRepository[],
  stored: Snapshot<StoredRepository>,
): Promise<{ readonly rowsWritten: number; readonly isSure: boolean }> {
  const { missing: since } = run.state;
  const missing = stored.missing('', new Set(listed.map(({ id }) => id)));
  for (const id of Object.keys(since)) if (!missing.includes(id)) Reflect.deleteProperty(since, id);
  if (missing.length > Math.max(20, listed.length / 4)) {
    run.run.log.warn(
      { missing: missing.length },
      'many repositories are no longer visible: has the token lost rights? None is taken as gone',
    );
    return { rowsWritten: 0, isSure: false };
  }
  const now = Math.floor(run.run.startedAt.getTime() / 1000);
  const rows: Row[] = [];
  for (const id of missing) {
    if ((await run.client.presence(id)) !== 'absent') {
      Reflect.deleteProperty(since, id);
      continue;
    }
    const first = (since[id] ??= now);
    if (now - first < run.context.config.git.gone_days * 86_400) continue;
    const row = { forge: run.forge.name, repository_id: id, is_deleted: true };
    rows.push(...stored.changed('', id, run.day, row));
    Reflect.deleteProperty(run.state.read, id);
    Reflect.deleteProperty(since, id);
  }
  const written = await writeTables(run.context, { git_repositories: rows });
  return { rowsWritten: written, isSure: true };
}

function repositoryRow(
  run: GitRun,
  repository: ForgeRepository,
  state: RepositoryState,
  stored: Snapshot<StoredRepository>,
): Row[] {
  const { path, nameSpace } = run.people.pathOf(repository);
  return stored.changed('', repository.id, run.day, {
    forge: run.forge.name,
    repository_id: repository.id,
    path,
    name_space: nameSpace,
    is_personal: repository.isPersonal,
    default_branch: repository.defaultBranch,
    visibility: repository.visibility,
    is_archived: repository.isArchived,
    is_fork: repository.isFork,
    created_at: repository.createdAt,
    last_activity_at: repository.lastActivityAt,
    commits: repository.commits,
    repository_bytes: repository.repositoryBytes,
    lfs_bytes: repository.lfsBytes,
    artifact_bytes: repository.artifactBytes,
    state: repository.isEmpty ? 'empty' : state,
    topics: JSON.stringify(repository.topics.map((topic) => run.people.clean(topic))),
    is_deleted: false,
  });
}
