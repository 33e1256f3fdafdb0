import { hashKey } from '../../warehouse/hash-key.ts';
import type { SourceContext } from '../source.ts';
import type { Etags } from './forge.ts';
import { parserVersion } from './lockfiles/parse.ts';
import type { GitState } from './run.ts';

/**
 * What an earlier run left. Repositories that are not stored (the tables are new) were not read; marks that were made with other
 * settings are dropped, so that everything is read again in time.
 */
export function loadState(kept: unknown, { config }: SourceContext, isStored: (id: string) => boolean): GitState {
  const { tree_entries: entries, lock_files: files, bot_pattern: bots } = config.git;
  const settings = String(hashKey(JSON.stringify([parserVersion, entries, files, bots])));
  const before = kept as Partial<GitState> | null;
  const isSame = before?.settings === settings;
  return {
    settings,
    missing: { ...before?.missing },
    read: Object.fromEntries(
      Object.entries(before?.read ?? {})
        .filter(([id]) => isStored(id))
        .map(([id, { t, a, e }]) => [id, isSame && e ? { t, a, e } : { t, a }]),
    ),
  };
}

/** Marks of a run: new ones count when the rows of their repository are stored. */
export class RunEtags implements Etags {
  readonly #state: GitState;
  readonly #fresh = new Map<string, Record<string, string>>();

  constructor(state: GitState) {
    this.#state = state;
  }

  get(id: string, what: string): string | undefined {
    return this.#state.read[id]?.e?.[what];
  }

  set(id: string, what: string, etag: string): void {
    const own = this.#fresh.get(id) ?? {};
    own[what] = etag;
    this.#fresh.set(id, own);
  }

  /** An answer was not used whole: it is asked for again. */
  forget(id: string, what: string): void {
    delete this.#fresh.get(id)?.[what];
  }

  /** The rows of a repository are stored. */
  keep(id: string, at: Date, activity: Date | null): void {
    const e = { ...this.#state.read[id]?.e, ...this.#fresh.get(id) };
    this.#state.read[id] = {
      t: Math.floor(at.getTime() / 1000),
      a: activity?.getTime() ?? 0,
      ...(Object.keys(e).length > 0 ? { e } : {}),
    };
    this.#fresh.delete(id);
  }
}
