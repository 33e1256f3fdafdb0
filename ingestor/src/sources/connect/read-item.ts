import type { Row } from '../../warehouse/warehouse.ts';
import { bundleRow, jobRow } from './decode-jobs.ts';
import { includedSchedules } from './decode-schedules.ts';
import { text, type Json } from './json.ts';
import { pagedArray, wholeArray } from './paging.ts';
import type { ConnectPeople } from './people.ts';
import type { ConnectRun } from './run.ts';
import { mayHaveSchedules, readSchedules } from './schedules.ts';
import { decoded } from './snapshot.ts';

/** Newest jobs of an item decide how often it is read. */
const openOutcomes = new Set<unknown>(['running']);

/** An item whose details are read, with what the list says of it. */
export interface Due {
  readonly guid: string;
  readonly item: Json;
  readonly signature: string;
}

/** What one item's details add to the tables, and how it stands afterwards. */
export interface Details {
  readonly jobs: readonly Row[];
  readonly bundles: readonly Row[] | null;
  readonly packages: readonly Json[] | null;
  readonly schedules: readonly Row[] | null;
  readonly isOpen: boolean;
}

/** Null: the item is gone since the list was made; the next list decides. */
export async function readItem(run: ConnectRun, { guid, item }: Due, people: ConnectPeople): Promise<Details | null> {
  const { client, context } = run;
  const path = `v1/content/${encodeURIComponent(guid)}`;
  const jobs = await jobsOf(run, guid);
  if (jobs === 'item') return null;
  const bundles = await pagedArray(client, `${path}/bundles`);
  if (bundles === 'item') return null;
  const bundle = text(item['bundle_id']);
  const wantsPackages = bundle !== null && run.state.items[guid]?.p !== bundle && run.has('packages');
  const packages = wantsPackages ? await packagesOf(run, path) : null;
  const included = includedSchedules(run.name, guid, item, () => 'unknown');
  const schedules =
    mayHaveSchedules(item) || (included?.length ?? 0) > 0 ? await readSchedules(run, guid, item) : included;
  const jobRows = decoded(jobs.map((job) => jobRow(run.name, guid, job, context.pseudonymiser)));
  run.rowsRead += jobs.length + (bundles === 'endpoint' ? 0 : bundles.length) + (packages?.length ?? 0);
  return {
    jobs: jobRows,
    bundles: bundles === 'endpoint' ? null : decoded(bundles.map((each) => bundleRow(run.name, guid, each, people))),
    packages,
    schedules,
    isOpen:
      jobRows.some((row) => openOutcomes.has(row['outcome'])) ||
      (schedules ?? []).some((row) => row['is_active'] === true),
  };
}

async function jobsOf(run: ConnectRun, guid: string): Promise<Json[] | 'item'> {
  const id = encodeURIComponent(guid);
  if (run.has('jobs')) {
    const jobs = await wholeArray(run.client, `v1/content/${id}/jobs`);
    if (jobs !== 'endpoint') return jobs;
    run.note('jobs', false);
  }
  const jobs = await wholeArray(run.client, `applications/${id}/jobs`);
  return jobs === 'endpoint' ? [] : jobs;
}

async function packagesOf(run: ConnectRun, path: string): Promise<Json[] | null> {
  const packages = await wholeArrayOrPages(run, `${path}/packages`);
  if (packages === 'endpoint') run.note('packages', false);
  return typeof packages === 'string' ? null : packages;
}

/** A bare array, or pages: the interface has had both. */
async function wholeArrayOrPages(run: ConnectRun, path: string): Promise<Json[] | 'item' | 'endpoint'> {
  const answer = await run.client.get(path, { page_size: 100_000 });
  if (answer.missing !== null) return answer.missing;
  if (Array.isArray(answer.json)) return answer.json as Json[];
  const { results, total } = (answer.json ?? {}) as { results?: Json[]; total?: number };
  const all = [...(results ?? [])];
  for (let page = 2; all.length < (total ?? 0) && (results?.length ?? 0) > 0; page++) {
    const next = await run.client.get(path, { page_number: page, page_size: results?.length });
    const rows = next.missing === null ? ((next.json as { results?: Json[] } | null)?.results ?? []) : [];
    if (rows.length === 0) break;
    all.push(...rows);
  }
  return all;
}
