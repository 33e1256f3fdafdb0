import { DateTime } from 'luxon';
import { Compile } from 'typebox/compile';
import type { TSchema } from 'typebox';
import {
  LoginEventSchema,
  LogoutEventSchema,
  ReleaseEventSchema,
  RuntimeSelectedEventSchema,
  VisitEventSchema,
  WorkspaceCreatedEventSchema,
  WorkspaceDeletedEventSchema,
  WorkspaceStoppedEventSchema,
  type EventRejection,
  type PlatformEvent,
  type PlatformEventKind,
} from '../../contract/index.ts';
import { SceError } from '../../errors.ts';

export interface DecodedEvent {
  readonly index: number;
  readonly event: PlatformEvent;
  readonly at: Date;
}

export interface DecodedEvents {
  readonly events: readonly DecodedEvent[];
  readonly rejected: readonly EventRejection[];
}

export interface DecodeOptions {
  readonly now: Date;
  readonly maxEvents: number;
  readonly futureWindowSeconds: number;
}

const schemas = {
  visit: VisitEventSchema,
  login: LoginEventSchema,
  logout: LogoutEventSchema,
  workspace_created: WorkspaceCreatedEventSchema,
  workspace_stopped: WorkspaceStoppedEventSchema,
  workspace_deleted: WorkspaceDeletedEventSchema,
  runtime_selected: RuntimeSelectedEventSchema,
  release: ReleaseEventSchema,
} as const satisfies Record<PlatformEventKind, TSchema>;
const kinds = Object.keys(schemas) as PlatformEventKind[];
const validators = new Map(kinds.map((kind) => [kind, Compile(schemas[kind])]));

/** 2000-01-01: what is older is a clock that was never set. */
const EARLIEST_MS = 946_684_800_000;
const WITH_ZONE = /(?:Z|[+-]\d{2}:?\d{2})$/i;
// eslint-disable-next-line no-control-regex -- control characters and lone surrogates are what it looks for
const UNSTORABLE = /[\u0000-\u001f\u007f]|\p{Surrogate}/u;

/**
 * Reads a body: one JSON value (an event or an array of events) or NDJSON. One bad event does not spoil the others.
 * Throws `BAD_REQUEST` when a JSON body is not JSON, `BODY_TOO_LARGE` for too many events. No message quotes a value.
 */
export function decodeEvents(body: string, format: 'json' | 'ndjson', options: DecodeOptions): DecodedEvents {
  const items = format === 'json' ? parseJson(body) : parseLines(body);
  if (items.length > options.maxEvents)
    throw new SceError(
      'BODY_TOO_LARGE',
      `the request holds ${items.length} events; at most ${options.maxEvents} are taken at once: send smaller batches`,
    );
  const events: DecodedEvent[] = [];
  const rejected: EventRejection[] = [];
  for (const { index, value } of items) {
    const decoded = value === undefined ? 'the line is not valid JSON' : decodeEvent(value, options);
    if (typeof decoded === 'string') rejected.push({ index, reason: decoded });
    else events.push({ index, ...decoded });
  }
  return { events, rejected };
}

/** One event, or the reason why it is none. */
function decodeEvent(value: unknown, options: DecodeOptions): Omit<DecodedEvent, 'index'> | string {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'an event must be a JSON object';
  const kind = (value as { kind?: unknown }).kind;
  const validator = validators.get(kind as PlatformEventKind);
  if (!validator) return `/kind must be one of ${kinds.join(', ')}`;
  if (!validator.Check(value)) return explain(kind as PlatformEventKind, validator.Errors(value));
  const event = value as PlatformEvent;
  const unstorable = findUnstorable(event);
  if (unstorable !== null) return `${unstorable} holds a control character or half of a surrogate pair`;
  if (event.kind === 'visit' && event.user === undefined && event.workspace === undefined && event.path === undefined)
    return 'a visit needs user, workspace or path';
  const at = parseTime(event.at, options);
  return typeof at === 'string' ? at : { event, at };
}

function explain(
  kind: PlatformEventKind,
  errors: readonly { instancePath: string; keyword: string; message: string }[],
): string {
  // A property that is not known is reported as a false schema at its own path, and that path is the sender's text.
  const unknown = errors.find((error) => error.keyword === 'additionalProperties');
  if (unknown) return `${unknown.instancePath || 'the event'} has a property that a ${kind} event does not know`;
  const first = errors[0];
  return first ? `${first.instancePath || 'the event'} ${first.message}` : 'does not fit the schema';
}

function parseTime(at: string | number, options: DecodeOptions): Date | string {
  if (typeof at === 'string' && !WITH_ZONE.test(at)) return '/at must end in Z or an offset such as +02:00';
  const parsed = typeof at === 'string' ? DateTime.fromISO(at, { setZone: true }) : DateTime.fromMillis(at);
  if (!parsed.isValid) return '/at is not an ISO 8601 time';
  const ms = Math.floor(parsed.toMillis());
  if (ms < EARLIEST_MS)
    return `/at is before the year 2000${typeof at === 'number' ? '; numbers are epoch milliseconds, not seconds' : ''}`;
  if (ms > options.now.getTime() + options.futureWindowSeconds * 1000)
    return `/at is more than ${options.futureWindowSeconds} s in the future`;
  return new Date(ms);
}

function findUnstorable(value: unknown, path = ''): string | null {
  if (typeof value === 'string') return UNSTORABLE.test(value) ? path : null;
  if (typeof value !== 'object' || value === null) return null;
  for (const [key, child] of Object.entries(value)) {
    const found = findUnstorable(child, `${path}/${key}`);
    if (found !== null) return found;
  }
  return null;
}

/** `value` undefined stands for a line that is not JSON. */
interface Item {
  readonly index: number;
  readonly value: unknown;
}

function parseJson(body: string): Item[] {
  const parsed = tryParse(body);
  if (parsed === undefined)
    throw new SceError(
      'BAD_REQUEST',
      'the body is not valid JSON; send an array of events, or NDJSON as application/x-ndjson',
    );
  return (Array.isArray(parsed) ? parsed : [parsed]).map((value: unknown, index) => ({ index, value }));
}

function parseLines(body: string): Item[] {
  return body
    .split('\n')
    .map((line, index) => ({ index, line }))
    .filter(({ line }) => line.trim() !== '')
    .map(({ index, line }) => ({ index, value: tryParse(line) }));
}

function tryParse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
