import { Type } from 'typebox';
import { dayLabel, localMidnight } from '../money/day.ts';
import { dayMs, daysBetween, loadWeekdays } from '../money/daily.ts';
import { loadOfferedCost } from '../money/daily-cost.ts';
import { expectedOf, forecastRules } from '../money/forecast.ts';
import { priceNotices } from '../money/parameters.ts';
import { loadPriceBook } from '../money/price-book.ts';
import { numberColumn, textColumn, timeColumn } from '../shared/columns.ts';
import { defineView, type ViewRow } from '../view.ts';
import { anomalyFacts, anomalyParameters, expectationColumns, expectationText } from './anomaly.ts';

export const costAnomalies = defineView({
  id: 'cost-anomalies',
  title: 'Days that cost more than usual',
  topic: 'Cost',
  description: 'What the platform cost by day, what was expected by the days before, and which days are far above it',
  parameters: Type.Object(anomalyParameters),
  columns: [
    timeColumn('day', 'Day', 'Local midnight at which it starts'),
    numberColumn('cost', 'Cost', 'none', 'Σ allocatable × price: reserved and infra idle; empty without a price'),
    ...expectationColumns,
    {
      name: 'is_anomaly',
      displayName: 'Anomaly',
      type: 'boolean',
      unit: null,
      description: 'cost is above the threshold',
    },
    textColumn('currency', 'Currency', 'What the money is in'),
  ],
  leastScope: 'aggregate',
  privacy: { kind: 'none' },
  howComputed:
    'Σ allocatable × price, by day (what is used in a day is not told: it is activity). Complete days with data, each beside the {last_days} days before it: ' +
    `${expectationText} ` +
    'Prices: {prices}. Days of {time_zone}.',

  async run({ reader, range, now, config }, { currency, least_amount: least }) {
    const zone = config.organisation.time_zone;
    const book = await loadPriceBook(reader, currency);
    const first = dayLabel(range.from, zone);
    const last = dayLabel(new Date(range.to.getTime() - 1), zone);
    const end = new Date(Math.min(dayLabel(now, zone).getTime(), last.getTime() + dayMs));
    const from = new Date(first.getTime() - forecastRules.lastDays * dayMs);
    const [costs, weekday] = await Promise.all([
      loadOfferedCost(reader, { first: from, end, zone, book }),
      loadWeekdays(reader, from, end),
    ]);
    const byDay = costs?.days ?? new Map<string, number | null>();
    const days = daysBetween(from, end).flatMap((day) => {
      const cost = byDay.get(day.toISOString().slice(0, 10));
      return cost === undefined ? [] : { day, weekday: weekday(day), cost };
    });
    const priced = days.flatMap((day) => (day.cost === null ? [] : { ...day, cost: day.cost }));
    const rows = days
      .filter(({ day }) => day >= first)
      .map(({ day, weekday: own, cost }): ViewRow => {
        const before = priced.filter(
          (other) => other.day < day && other.day.getTime() >= day.getTime() - forecastRules.lastDays * dayMs,
        );
        const expected = cost === null ? null : expectedOf({ weekday: own, cost }, before, least);
        return {
          day: localMidnight(day, zone),
          cost,
          expected_cost: expected?.median ?? null,
          threshold: expected?.threshold ?? null,
          is_anomaly: expected?.isAnomaly ?? false,
          currency: book.currency,
        };
      });
    return {
      rows,
      coverage: null,
      facts: anomalyFacts(book, range, zone, least),
      notices: [
        ...priceNotices(
          book,
          rows.some((row) => row['cost'] === null),
        ),
        // What people reserved by day would be about them: it stands for nothing here.
        ...(costs === null ? ['No node is known in these days: there is nothing that was offered'] : []),
      ],
    };
  },
});
