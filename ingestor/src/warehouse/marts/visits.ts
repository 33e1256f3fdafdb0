import { readSql } from '../sql.ts';
import type { ContainerRow } from './container-row.ts';
import type { EndEvent } from './ended-by.ts';
import type { MartContext } from './mart-context.ts';
import { NamedContainers } from './named-containers.ts';
import { weeksOf, type LocalDay } from './org-days.ts';

const visitsSql = readSql(import.meta.url, 'facts/visits.sql');
const containersSql = readSql(import.meta.url, 'facts/containers.sql');
const visitedSql = readSql(import.meta.url, 'facts/visited-containers.sql');

interface Tally {
  visits: number;
  first: Date;
  last: Date;
}

/**
 * Writes container_visits_1d of days that follow each other: whose container each visit went to, by uid, pod, server or session
 * at that time.
 */
export async function writeVisits(context: MartContext, days: readonly LocalDay[]): Promise<void> {
  for (const some of weeksOf(days)) await writeWeek(context, some);
}

async function writeWeek(context: MartContext, days: readonly LocalDay[]): Promise<void> {
  const { reader, writer } = context.warehouse;
  const edges = [days[0]?.from ?? null, days.at(-1)?.to ?? null];
  const visits = await reader.rows<EndEvent>(visitsSql, edges);
  if (visits.length === 0) return;
  // Midnight → container → what it got. Days without any visit are left as they are.
  const tallies = new Map<number, Map<string, Tally>>();
  const given = visits.map((visit) => ({ visit, at: midnightBefore(days, visit.timestamp) }));
  for (const { at } of given) tallies.set(at, new Map());
  const named = await containersNamed(context, visits, edges[0] ?? null);
  for (const { visit, at } of given)
    for (const row of named.of({ ...visit, server_user: context.personOf(visit.server_user) }))
      count(tallies.get(at) ?? new Map<string, Tally>(), row.container_id, visit.timestamp);
  // Events may be ahead of the samples: what was given to a container before its end was known is taken back.
  const before = await reader.rows<{ timestamp: Date; container_id: string }>(visitedSql, edges);
  const rows = [
    ...[...tallies].flatMap(([at, containers]) =>
      [...containers].map(([container_id, { visits: visitCount, first, last }]) => ({
        timestamp: new Date(at),
        container_id,
        visits: visitCount,
        first_visit_at: first,
        last_visit_at: last,
      })),
    ),
    ...before
      .filter(({ timestamp, container_id: id }) => tallies.get(timestamp.getTime())?.has(id) === false)
      .map(({ timestamp, container_id }) => ({
        timestamp,
        container_id,
        visits: 0,
        first_visit_at: null,
        last_visit_at: null,
      })),
  ];
  if (rows.length === 0) return;
  await writer.write([{ table: 'container_visits_1d', rows }]);
  await context.warehouse.settle(['container_visits_1d']);
}

/** Containers that visits may be about; visits that name none (of a Connect server) need none. */
async function containersNamed(
  context: MartContext,
  visits: readonly EndEvent[],
  from: Date | null,
): Promise<NamedContainers> {
  const isNamed = visits.some(({ uid, pod, session, server_user: user }) => uid || pod || session || user);
  return new NamedContainers(isNamed ? await context.warehouse.reader.rows<ContainerRow>(containersSql, [from]) : []);
}

function midnightBefore(days: readonly LocalDay[], time: Date): number {
  return (days.findLast(({ from }) => from <= time) ?? days[0])?.from.getTime() ?? 0;
}

function count(tallies: Map<string, Tally>, containerId: string, at: Date): void {
  const tally = tallies.get(containerId);
  if (tally === undefined) {
    tallies.set(containerId, { visits: 1, first: at, last: at });
    return;
  }
  tally.visits++;
  if (at < tally.first) tally.first = at;
  if (at > tally.last) tally.last = at;
}
