import { readSql } from '../../warehouse/sql.ts';
import type { WarehouseReader } from '../../warehouse/warehouse.ts';
import { loadDirectory } from '../people/directory.ts';
import type { Segment } from './segments.ts';
import { cutSegments, type Amounts, type UsageLine, type UsageQuestion } from './usage-lines.ts';

const sql = readSql(import.meta.url, 'batch-lines.sql');
/** Prices of this node type hold for Batch; without one those of every node. */
export const batchNodeType = 'aws-batch';
const dayMs = 86_400_000;
const hourMs = 3_600_000;
/** An attempt started at most so long before it uses something. */
const longestAttemptDays = 30;

interface Row {
  readonly started_at: Date;
  readonly stopped_at: Date;
  readonly cpu_cores: number;
  readonly memory_gb: number | null;
  readonly person: string | null;
  readonly image: string | null;
}

/**
 * What AWS Batch reserved outside of the clusters, as lines of usage like those of containers: kind `batch`, paid by its submitter.
 * What of it was used nobody knows; all of it is paid, so it counts as used in every basis.
 */
export async function loadBatchLines(reader: WarehouseReader, question: UsageQuestion): Promise<UsageLine[]> {
  const { range, byPerson, byImage, person } = question;
  const [kind = '', cluster = '', component = '', image = '', node = ''] = question.filters;
  if (![kind, component].every((value) => value === '' || value === 'batch') || cluster !== '' || node !== '')
    return [];
  const since = new Date(range.from.getTime() - longestAttemptDays * dayMs);
  const rows = await reader.rows<Row>(sql, [range.from, range.to, since, person ?? '']);
  if (rows.length === 0) return [];
  const { parts } = await cutSegments(reader, question);
  // The finest: an attempt is cut where its submitter moves, and where anybody does.
  const segments = parts.at(-1)?.segments ?? [];
  const directory = byPerson ? await loadDirectory(reader) : null;
  const people = segments.map(({ day }) => directory?.asOf(day));
  const lines = new Map<string, { line: UsageLine; cores: number; gb: number }>();
  for (const row of rows) {
    if (image !== '' && row.image !== image) continue;
    for (const [index, segment] of segments.entries()) {
      const hours = overlapHours(row, segment);
      if (hours === 0) continue;
      const own = byImage ? row.image : null;
      const key = JSON.stringify([index, row.person, own]);
      const known = lines.get(key) ?? {
        line: lineOf(segment, row.person, own, row.person === null ? null : (people[index]?.get(row.person) ?? null)),
        cores: 0,
        gb: 0,
      };
      known.cores += row.cpu_cores * hours;
      known.gb += (row.memory_gb ?? 0) * hours;
      lines.set(key, known);
    }
  }
  return [...lines.values()].map(({ line, cores, gb }) => ({ ...line, cpu: reserved(cores), memory: reserved(gb) }));
}

function lineOf(
  segment: Segment,
  person: string | null,
  image: string | null,
  attributes: UsageLine['attributes'],
): UsageLine {
  const none = reserved(0);
  return {
    segment,
    person,
    attributes,
    kind: 'batch',
    image: image ?? '',
    nodeType: batchNodeType,
    // Nothing of it can be missing: coverage is about containers.
    coveredHours: 0,
    aliveHours: 0,
    cpu: none,
    memory: none,
  };
}

function reserved(amount: number): Amounts {
  return { requested: amount, used: amount, within: amount, idle: 0, unknown: 0, borrowed: 0 };
}

function overlapHours(row: Row, { from, to }: Segment): number {
  const start = Math.max(row.started_at.getTime(), from.getTime());
  return Math.max(0, Math.min(row.stopped_at.getTime(), to.getTime()) - start) / hourMs;
}
