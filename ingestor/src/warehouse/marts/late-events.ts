import { readSql } from '../sql.ts';
import { earliest, type ContainerRow } from './container-row.ts';
import { rollUpPeople } from './days.ts';
import type { Range } from './dirty-ranges.ts';
import type { EndEvent } from './ended-by.ts';
import type { MartContext } from './mart-context.ts';
import { NamedContainers } from './named-containers.ts';
import { localDays } from './org-days.ts';
import { readRows } from './read-rows.ts';
import { writeVisits } from './visits.ts';

const lateHoursSql = readSql(import.meta.url, 'facts/late-hours.sql');
const newestSql = readSql(import.meta.url, 'facts/newest-receipt.sql');
const unresolvedSql = readSql(import.meta.url, 'facts/unresolved-runtimes.sql');
const resolveSql = readSql(import.meta.url, 'facts/resolve-event.sql');
const containersSql = readSql(import.meta.url, 'facts/containers.sql');
const hour = 3_600_000;
/** An event is stamped as received before it is stored. */
const storingMs = 10 * 60_000;
/** Pods are known at the latest so long after what a platform says of them. */
const unresolvedMs = 2 * 24 * hour;
const longestSpanMs = 7 * 24 * hour;

export interface LateEvents {
  /** All events received until then are in the marts; null = there are none. */
  readonly receivedUntil: Date | null;
  /** Start of the earliest hour that was done. */
  readonly earliest: Date | null;
}

/**
 * Events need no samples: what platforms told since `since` about hours outside the windows that were just rolled up goes
 * into visits and days of people, however late. Choices of a runtime get the uid of the pod that they name otherwise.
 */
export async function rollUpLateEvents(
  context: MartContext,
  since: Date | null,
  done: readonly Range[],
): Promise<LateEvents> {
  const { reader } = context.warehouse;
  const [newest] = await reader.rows<{ received_at: Date | null }>(newestSql);
  const receivedUntil = newest?.received_at ?? null;
  if (receivedUntil === null) return { receivedUntil, earliest: null };
  const from = new Date((since?.getTime() ?? 0) - (since === null ? 0 : storingMs));
  await resolveRuntimes(context, earliest(from, done[0]?.from) ?? from);
  const rows = await readRows<{ hour: Date }>(reader, lateHoursSql, [from]);
  const late = rows.map((row) => row.hour.getTime()).filter((at) => !done.some((range) => touches(range, at)));
  let until = new Date(0);
  for (const span of spans(late)) {
    const days = localDays(span.from, span.to, context.config.organisation.time_zone);
    await writeVisits(
      context,
      days.filter(({ from: start }) => start >= until),
    );
    until = days.at(-1)?.to ?? until;
    await rollUpPeople(context, { ...span, goesOn: false });
  }
  return { receivedUntil, earliest: late[0] === undefined ? null : new Date(late[0]) };
}

function touches({ from, to }: Range, at: number): boolean {
  return from.getTime() < at + hour && to.getTime() > at;
}

/**
 * Hours that are less than a day apart, together: a source that is read for the first time tells of months, and each of their
 * days is computed once and not for every pause in it. A week at most, since people change time zones.
 */
function spans(hours: readonly number[]): Range[] {
  const found: [number, number][] = [];
  for (const at of hours) {
    const last = found.at(-1);
    if (last !== undefined && at - last[1] < 24 * hour && at - last[0] < longestSpanMs) last[1] = at + hour;
    else found.push([at, at + hour]);
  }
  return found.map(([from, to]) => ({ from: new Date(from), to: new Date(to) }));
}

async function resolveRuntimes(context: MartContext, since: Date): Promise<void> {
  const { reader } = context.warehouse;
  const events = await readRows<EndEvent & { event_key: bigint | number }>(reader, unresolvedSql, [
    new Date(Math.max(0, since.getTime() - unresolvedMs)),
  ]);
  const first = earliest(...events.map(({ timestamp }) => timestamp));
  if (first === null) return;
  const named = new NamedContainers(await readRows<ContainerRow>(reader, containersSql, [first]));
  for (const event of events) {
    const server_user = context.personOf(event.server_user);
    // Of two pods of one name that overlap the later one is meant.
    const found = named
      .of({ ...event, server_user })
      .toSorted((left, right) => left.created_at.getTime() - right.created_at.getTime())
      .at(-1);
    if (found === undefined) continue;
    const at = event.timestamp.getTime();
    await reader.execute(resolveSql, [found.uid, BigInt(event.event_key), new Date(at), new Date(at + 1)]);
  }
}
