import { readSql } from '../../warehouse/sql.ts';
import type { WarehouseReader } from '../../warehouse/warehouse.ts';
import { loadDirectory, type Directory } from '../people/directory.ts';
import { localMidnight } from './day.ts';
import { segmentsOf, type Segment } from './segments.ts';
import type { Amounts, UsageLine, UsageQuestion } from './usage-lines.ts';

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

/** A stretch of a segment in which one row of the directory holds. */
interface Stretch {
  readonly from: number;
  readonly to: number;
  /** Label of its first day. */
  readonly since: Date;
}

/**
 * What AWS Batch reserved outside of the clusters, as lines of usage like those of containers: kind `batch`, paid by its submitter.
 * What of it was used nobody knows; all of it is paid, so it counts as used in every basis.
 */
export async function loadBatchLines(reader: WarehouseReader, question: UsageQuestion): Promise<UsageLine[]> {
  const { range, zone, period, changes, byPerson, byImage, person } = question;
  const [kind = '', cluster = '', component = '', image = '', node = ''] = question.filters;
  if (![kind, component].every((value) => value === '' || value === 'batch') || cluster !== '' || node !== '')
    return [];
  const since = new Date(range.from.getTime() - longestAttemptDays * dayMs);
  const rows = await reader.rows<Row>(sql, [range.from, range.to, since, person ?? '']);
  if (rows.length === 0) return [];
  const segments = segmentsOf(range, zone, period, changes);
  const directory = byPerson ? await loadDirectory(reader) : null;
  const stretchesOf = stretchesByPerson(directory, zone);
  const lines = new Map<string, { line: UsageLine; cores: number; gb: number }>();
  for (const row of rows) {
    if (image !== '' && row.image !== image) continue;
    const own = byImage ? row.image : null;
    const [start, stop] = [row.started_at.getTime(), row.stopped_at.getTime()];
    for (const [index, segment] of segments.entries()) {
      if (segment.to.getTime() <= start || segment.from.getTime() >= stop) continue;
      for (const { from, to, since: day } of stretchesOf(row.person, segment)) {
        const hours = (Math.min(stop, to) - Math.max(start, from)) / hourMs;
        if (hours <= 0) continue;
        const key = JSON.stringify([index, day.getTime(), row.person, own]);
        const known = lines.get(key) ?? { line: lineOf(segment, day, row.person, own, directory), cores: 0, gb: 0 };
        known.cores += row.cpu_cores * hours;
        known.gb += (row.memory_gb ?? 0) * hours;
        lines.set(key, known);
      }
    }
  }
  return [...lines.values()].map(({ line, cores, gb }) => ({ ...line, cpu: reserved(cores), memory: reserved(gb) }));
}

/** A segment cut where a person moves; whole without a directory. */
function stretchesByPerson(
  directory: Directory | null,
  zone: string,
): (person: string | null, segment: Segment) => Stretch[] {
  const known = new Map<string, { readonly at: number; readonly label: Date }[]>();
  return (person, { from, to, day }) => {
    const whole = { from: from.getTime(), to: to.getTime(), since: day };
    if (directory === null || person === null) return [whole];
    let moves = known.get(person);
    if (moves === undefined) {
      moves = directory.changesOf(person).map((label) => ({ at: localMidnight(label, zone).getTime(), label }));
      known.set(person, moves);
    }
    const inside = moves.filter(({ at }) => at > whole.from && at < whole.to);
    return [{ at: whole.from, label: day }, ...inside].map(({ at, label }, index) => ({
      from: at,
      to: inside[index]?.at ?? whole.to,
      since: label,
    }));
  };
}

function lineOf(
  segment: Segment,
  since: Date,
  person: string | null,
  image: string | null,
  directory: Directory | null,
): UsageLine {
  const none = reserved(0);
  return {
    segment,
    person,
    since,
    attributes: person === null ? null : (directory?.personAsOf(person, since) ?? null),
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
