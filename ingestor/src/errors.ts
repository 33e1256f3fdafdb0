/**
 * The catalogue of everything that can go wrong, as the caller sees it.
 *
 * Throw one of these anywhere; the one error handler of the HTTP service maps it to
 * `{ code, message, details }`, the CLI to one line on stderr. `retryable` tells a sender whether the same
 * request may succeed later (5xx) or never will (4xx).
 */
interface CatalogueEntry {
  readonly status: number;
  readonly retryable: boolean;
}

const catalogue = {
  BAD_REQUEST: { status: 400, retryable: false },
  INVALID_CONFIG: { status: 500, retryable: false },
  INVALID_PARAMETER: { status: 400, retryable: false },
  WRITE_REJECTED: { status: 400, retryable: false },
  WRITE_UNDECODABLE: { status: 400, retryable: false },
  UNAUTHENTICATED: { status: 401, retryable: false },
  FORBIDDEN: { status: 403, retryable: false },
  NOT_FOUND: { status: 404, retryable: false },
  UNKNOWN_VIEW: { status: 404, retryable: false },
  BODY_TOO_LARGE: { status: 413, retryable: false },
  UNSUPPORTED_MEDIA_TYPE: { status: 415, retryable: false },
  TOO_MANY_REQUESTS: { status: 429, retryable: true },
  INTERNAL: { status: 500, retryable: true },
  OVERLOADED: { status: 503, retryable: true },
  WAREHOUSE_UNAVAILABLE: { status: 503, retryable: true },
  DISK_RESERVE_REACHED: { status: 503, retryable: true },
  SHUTTING_DOWN: { status: 503, retryable: true },
  QUERY_TIMEOUT: { status: 504, retryable: true },
  SETUP: { status: 500, retryable: false },
  SCHEMA_NEWER: { status: 500, retryable: false },
  MIGRATION_CHANGED: { status: 500, retryable: false },
  SOURCE_FAILED: { status: 502, retryable: true },
  FEED_REFUSED: { status: 422, retryable: false },
} as const satisfies Record<string, CatalogueEntry>;

export type ErrorCode = keyof typeof catalogue;

export interface SceErrorOptions {
  /** Machine-readable context, safe to show to the caller: no secrets, no stack. */
  readonly details?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
  /** Sent as `Retry-After` with 503. */
  readonly retryAfterSeconds?: number;
}

/** An error with a stable code. `message` says what is wrong, where, and what to do. */
export class SceError extends Error {
  readonly code: ErrorCode;
  readonly status: number;
  readonly retryable: boolean;
  readonly details: Readonly<Record<string, unknown>>;
  readonly retryAfterSeconds: number | undefined;

  constructor(code: ErrorCode, message: string, options: SceErrorOptions = {}) {
    super(message, { cause: options.cause });
    this.name = 'SceError';
    this.code = code;
    this.status = catalogue[code].status;
    this.retryable = catalogue[code].retryable;
    this.details = options.details ?? {};
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}

export function isSceError(arg: unknown): arg is SceError {
  return arg instanceof SceError;
}

/** The text of whatever was thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
