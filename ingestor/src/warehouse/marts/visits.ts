import { readSql } from '../sql.ts';
import type { ContainerRow } from './container-row.ts';
import type { EndEvent } from './ended-by.ts';
import type { MartContext } from './mart-context.ts';
import { NamedContainers } from './named-containers.ts';
import type { LocalDay } from './org-days.ts';

const visitsSql = readSql(import.meta.url, 'facts/visits.sql');
const containersSql = readSql(import.meta.url, 'facts/containers.sql');
const visitedSql = readSql(import.meta.url, 'facts/visited-containers.sql');

interface Tally {
  visits: number;
  first: Date;
  last: Date;
}

/** Writes container_visits_1d of one day: whose container each visit went to, by uid, pod, server or session at that time. */
export async function writeVisits(context: MartContext, day: LocalDay): Promise<void> {
  const { reader, writer } = context.warehouse;
  const visits = (await reader.rows<EndEvent>(visitsSql, [day.from, day.to])).map((visit) => ({
    ...visit,
    server_user: context.personOf(visit.server_user),
  }));
  if (visits.length === 0) return;
  const containers = await reader.rows<ContainerRow>(containersSql, [day.from]);
  const named = new NamedContainers(containers);
  const tallies = new Map<string, Tally>();
  for (const visit of visits) {
    for (const row of named.of(visit)) {
      const tally = tallies.get(row.container_id);
      if (tally === undefined)
        tallies.set(row.container_id, { visits: 1, first: visit.timestamp, last: visit.timestamp });
      else {
        tally.visits++;
        if (visit.timestamp < tally.first) tally.first = visit.timestamp;
        if (visit.timestamp > tally.last) tally.last = visit.timestamp;
      }
    }
  }
  // Events may be ahead of the samples: what was given to a container before its end was known is taken back.
  const before = await reader.rows<{ container_id: string }>(visitedSql, [day.from]);
  const rows = [
    ...[...tallies].map(([container_id, { visits: count, first, last }]) => ({
      timestamp: day.from,
      container_id,
      visits: count,
      first_visit_at: first,
      last_visit_at: last,
    })),
    ...before
      .filter(({ container_id }) => !tallies.has(container_id))
      .map(({ container_id }) => ({
        timestamp: day.from,
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
