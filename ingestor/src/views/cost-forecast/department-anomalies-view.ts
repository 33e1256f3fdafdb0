import { Type } from 'typebox';
import { summable, summableMerge } from '../money/cells.ts';
import { dayLabel, dayText, localMidnight } from '../money/day.ts';
import { dayMs, loadWeekdays } from '../money/daily.ts';
import { loadDailyCost, loadDays } from '../money/daily-cost.ts';
import { expectedOf, forecastRules } from '../money/forecast.ts';
import { priceNotices } from '../money/parameters.ts';
import { loadPriceBook } from '../money/price-book.ts';
import { numberColumn, textColumn, timeColumn } from '../shared/columns.ts';
import { defineView, type ViewRow } from '../view.ts';
import { anomalyFacts, anomalyParameters, expectationColumns, expectationText } from './anomaly.ts';

export const departmentCostAnomalies = defineView({
  id: 'department-cost-anomalies',
  title: 'Departments that cost more than usual',
  topic: 'Cost',
  description:
    'What the reservations of each department cost on the last complete day of the range, beside what was expected by the days before',
  parameters: Type.Object({
    department: Type.String({ default: '', description: 'Only this department; empty: all' }),
    ...anomalyParameters,
  }),
  columns: [
    timeColumn('day', 'Day', 'Local midnight at which it starts'),
    textColumn('department', 'Department', 'As of the day of the usage'),
    numberColumn('cost', 'Cost', 'none', 'Reserved hours × price as of the day; empty without a price'),
    ...expectationColumns,
    numberColumn(
      'excess_cost',
      'Above',
      'none',
      'cost − threshold: an anomaly when above 0; empty without a threshold',
    ),
    textColumn('currency', 'Currency', 'What the money is in'),
    numberColumn('people', 'People', 'short', 'Who reserved on that day'),
  ],
  leastScope: 'aggregate',
  privacy: {
    kind: 'groups',
    attributes: ['department'],
    slices: ['day'],
    people: 'people',
    dominance: [{ sum: 'cost_of_day', largest: 'largest_cost' }],
    merge: { people: 'sum', ...summableMerge('cost'), cost_of_day: 'sum' },
  },
  howComputed:
    'Reserved hours × price of the last complete day of the range, beside the {last_days} days before it: ' +
    `${expectationText} ` +
    'Reservations, not activity. Prices: {prices}. Days of {time_zone}.',

  async run({ reader, range, now, config }, { currency, least_amount: least }) {
    const zone = config.organisation.time_zone;
    const book = await loadPriceBook(reader, currency);
    const end = new Date(
      Math.min(dayLabel(now, zone).getTime(), dayLabel(new Date(range.to.getTime() - 1), zone).getTime() + dayMs),
    );
    const day = new Date(end.getTime() - dayMs);
    const from = new Date(day.getTime() - forecastRules.lastDays * dayMs);
    const question = { end, zone, basis: 'requested', group: 'department', book } as const;
    const [history, today, weekday] = await Promise.all([
      loadDays(reader, { ...question, first: from }),
      // Who reserved on the day itself: those of the weeks before are not in its cell.
      loadDailyCost(reader, { ...question, first: day }),
      loadWeekdays(reader, from, end),
    ]);
    const daysOf = new Map(history.map(({ group, days }) => [group, days]));
    const rows = today.map(({ group, people, days, byPerson }): ViewRow => {
      const cost = days.get(dayText(day)) ?? null;
      const before = [...(daysOf.get(group) ?? [])].flatMap(([label, own]) =>
        own === null || label === dayText(day)
          ? []
          : { day: new Date(label), weekday: weekday(new Date(label)), cost: own },
      );
      const expected = cost === null ? null : expectedOf({ weekday: weekday(day), cost }, before, least);
      const threshold = expected?.threshold ?? null;
      return {
        day: localMidnight(day, zone),
        department: group,
        cost,
        ...summable('cost', cost),
        cost_of_day: cost ?? 0,
        expected_cost: expected?.median ?? null,
        threshold,
        excess_cost: cost === null || threshold === null ? null : cost - threshold,
        currency: book.currency,
        people: people.size,
        largest_cost: Math.max(0, ...byPerson.values()),
      };
    });
    rows.sort((a, b) => (String(a['department']) < String(b['department']) ? -1 : 1));
    return {
      rows,
      coverage: null,
      facts: anomalyFacts(book, range, zone, least),
      notices: priceNotices(
        book,
        rows.some((row) => row['cost'] === null),
      ),
    };
  },
});
