import type { Refusal } from './access.ts';

/** A repository as its forge describes it, with names as they are. */
export interface ForgeRepository {
  readonly id: string;
  readonly path: string;
  readonly isPersonal: boolean;
  readonly defaultBranch: string | null;
  readonly visibility: string | null;
  readonly isArchived: boolean;
  readonly isEmpty: boolean;
  readonly isFork: boolean;
  readonly createdAt: Date | null;
  readonly lastActivityAt: Date | null;
  readonly commits: number | null;
  readonly repositoryBytes: number | null;
  readonly lfsBytes: number | null;
  readonly artifactBytes: number | null;
  readonly topics: readonly string[];
}

export interface ForgeLanguage {
  readonly language: string;
  /** 0…1. */
  readonly share: number;
  readonly bytes: number | null;
}

export interface ForgeMember {
  readonly username: string;
  readonly accessLevel: number;
}

export interface ForgeFile {
  readonly path: string;
  readonly blobId: string;
  /** Null = not told. */
  readonly bytes: number | null;
}

export interface ForgeCommit {
  readonly authorName: string;
  readonly authorEmail: string;
  readonly at: Date;
}

/** What a list gave; `isWhole` is false when it was cut off. */
export interface Listing<T> {
  readonly items: readonly T[];
  readonly isWhole: boolean;
}

/** Version marks of answers, by repository: an answer that has not changed costs nothing and is not sent again. */
export interface Etags {
  get(id: string, what: string): string | undefined;
  set(id: string, what: string, etag: string): void;
}

/**
 * The one face of GitLab and GitHub: it reads only. Everything throws `SOURCE_FAILED` (`details.status`). Null: it says what was stored
 * before, or nothing: not there, not for this token (403, 404), or unchanged. No proof that anything is gone.
 */
export interface ForgeClient {
  /** All repositories the token sees; throws when a page is missing. Asked first. */
  repositories(): Promise<readonly ForgeRepository[]>;
  /** Whether a repository that is not listed is there: 404 is both gone and not for this token. */
  presence(id: string): Promise<'visible' | Refusal>;
  languages(id: string): Promise<readonly ForgeLanguage[] | null>;
  members(id: string): Promise<readonly ForgeMember[] | null>;
  /** Null: not for this token. `empty`: there is no branch. */
  files(id: string, most: number): Promise<Listing<ForgeFile> | 'unchanged' | 'empty' | null>;
  /** Null: gone between the list and now, or hidden. */
  content(id: string, file: ForgeFile): Promise<Uint8Array | 'too_large' | null>;
  commits(id: string, since: Date, until: Date): Promise<Listing<ForgeCommit> | null>;
  /** Requests sent so far. */
  readonly requests: number;
  close(): Promise<void>;
}
