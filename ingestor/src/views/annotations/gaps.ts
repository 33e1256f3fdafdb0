import { readSql } from '../../warehouse/sql.ts';
import { LocalDays } from '../shared/local-days.ts';
import type { ViewContext } from '../view.ts';
import type { Mark } from './marks.ts';

const hoursSql = readSql(import.meta.url, 'coverage-hours.sql');
const daysSql = readSql(import.meta.url, 'coverage-days.sql');

const hourMs = 3_600_000;
/** Beyond so much, days are looked at: a shorter gap could not be seen on the axis. */
const longestByHour = 35 * 24 * hourMs;
/** A slot of which less is known is part of a gap. */
export const gapCoverage = 0.5;

interface Slot {
  readonly from: Date;
  readonly to: Date;
  readonly alive: number;
  readonly covered: number;
}

/** Spans in which less than half of what was alive is known; neighbouring hours (days) are one gap. */
export async function gaps({ reader, range, config, now }: ViewContext): Promise<Mark[]> {
  const isByHour = range.to.getTime() - range.from.getTime() <= longestByHour;
  const rows = await reader.rows<{ timestamp: Date; alive_seconds: number; covered_seconds: number }>(
    isByHour ? hoursSql : daysSql,
    [range.from, range.to],
  );
  const days = new LocalDays(config.organisation.time_zone);
  const slots = rows.map(({ timestamp, alive_seconds: alive, covered_seconds: covered }) => ({
    from: timestamp,
    // 26 hours later is the next local day, whatever the clock change.
    to: new Date(
      isByHour ? timestamp.getTime() + hourMs : days.startOf(new Date(timestamp.getTime() + 26 * hourMs)).getTime(),
    ),
    alive,
    covered,
  }));
  return spansOf(slots.filter(({ alive, covered }) => alive > 0 && covered / alive < gapCoverage)).map((gap) => ({
    time: gap.from,
    time_end: gap.to < now ? gap.to : now,
    title: 'Data gap',
    text: `Only ${Math.floor((gap.covered / gap.alive) * 100)} % of the running containers’ time is known; what is not known is not counted as idle`,
    tags: 'gap',
  }));
}

function spansOf(slots: readonly Slot[]): Slot[] {
  const spans: Slot[] = [];
  for (const slot of slots) {
    const last = spans.at(-1);
    if (last?.to.getTime() === slot.from.getTime())
      spans[spans.length - 1] = {
        from: last.from,
        to: slot.to,
        alive: last.alive + slot.alive,
        covered: last.covered + slot.covered,
      };
    else spans.push(slot);
  }
  return spans;
}
