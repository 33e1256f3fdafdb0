import { Type } from 'typebox';
import { summable, summableMerge } from '../money/cells.ts';
import { loadBudgets } from '../money/budgets.ts';
import { dayLabel, dayText, localMidnight } from '../money/day.ts';
import { daysBetween, dayMs, loadWeekdays, monthOf } from '../money/daily.ts';
import { loadDailyCost, type DailyCost } from '../money/daily-cost.ts';
import { forecast, forecastRules } from '../money/forecast.ts';
import { basisParameter, currencyParameter, priceFact, priceNotices } from '../money/parameters.ts';
import { loadPriceBook } from '../money/price-book.ts';
import { allValues, numberColumn, textColumn, timeColumn } from '../shared/columns.ts';
import { defineView, type ViewRow } from '../view.ts';

export const costForecast = defineView({
  id: 'cost-forecast',
  title: 'Cost forecast',
  topic: 'Cost',
  description:
    'What the month of the end of the range will have cost by its end, with a 90 % interval, beside the budget',
  parameters: Type.Object({
    group_by: Type.Array(Type.Literal('department'), {
      default: [],
      maxItems: 1,
      description: 'department: one row for each; empty: the whole platform',
    }),
    by_kind: Type.Boolean({
      default: false,
      description: 'One row for each kind of container instead of the whole platform',
    }),
    department: Type.String({ default: '', description: 'Only this department; empty: all' }),
    basis: basisParameter,
    currency: currencyParameter,
  }),
  columns: [
    timeColumn('month', 'Month', 'Local midnight of its first day'),
    textColumn('department', 'Department', 'As of the day of the usage; all: not grouped by'),
    textColumn('kind', 'Kind', 'Of the containers; all: not split by it'),
    numberColumn('cost_so_far', 'So far', 'none', 'Complete days of the month; empty when one of them has no price'),
    numberColumn('forecast_cost', 'Forecast', 'none', 'cost_so_far + forecast of the days left'),
    numberColumn('forecast_low', 'Low', 'none', 'Lower end of the 90 % interval'),
    numberColumn('forecast_high', 'High', 'none', 'Upper end of the 90 % interval'),
    numberColumn(
      'budget',
      'Budget',
      'none',
      'Of the month, as of its first day; empty without one, or without a rate to the currency',
    ),
    numberColumn('budget_share', 'Share of budget', 'percentunit', 'forecast_cost ÷ budget'),
    textColumn('currency', 'Currency', 'What the money is in'),
    textColumn('method', 'Method', 'median; weekday medians; weekday medians and trend'),
    numberColumn('days_used', 'Days used', 'short', 'Complete days with data that the forecast is from'),
    numberColumn('days_left', 'Days left', 'short', 'Days of the month that are forecast: today and after it'),
    numberColumn('people', 'People', 'short', 'People who pay; 0: the row is not about people'),
  ],
  leastScope: 'aggregate',
  privacy: {
    kind: 'groups',
    attributes: ['department'],
    splits: [{ column: 'kind' }],
    people: 'people',
    overlapping: true,
    dominance: [{ sum: 'cost_known', largest: 'largest_cost' }],
    merge: {
      people: 'max',
      days_left: 'max',
      ...summableMerge('cost_so_far'),
      ...summableMerge('forecast_cost'),
      cost_known: 'sum',
    },
  },
  howComputed:
    'Basis: {basis}. Complete days with data, the last {last_days}: under {median_under} the median × days left; under {weekdays_under} weekday medians; else weekday medians plus the Theil–Sen line of the residuals. ' +
    '90 % interval ± 1.645 · s · √(h + h²/n), h days left, n used, s = max(1.4826 · MAD of the residuals, 2 % of the median). Holidays count as Sundays. ' +
    'The platform is all that is offered (infra idle included), a department what its people pay. Prices: {prices}. Days of {time_zone}, up to {until}.',

  async run({ reader, range, now, config, attributes }, { by_kind: byKind, basis, currency }) {
    const zone = config.organisation.time_zone;
    const book = await loadPriceBook(reader, currency);
    // The month of the last day of the range; of a month that is over everything is known.
    const last = dayLabel(new Date(range.to.getTime() - 1), zone);
    const [monthStart, monthEnd] = monthOf(last);
    const end = new Date(Math.min(dayLabel(now, zone).getTime(), monthEnd.getTime()));
    const first = new Date(Math.min(end.getTime() - forecastRules.lastDays * dayMs, monthStart.getTime()));
    const group = attributes.includes('department') ? 'department' : byKind ? 'kind' : 'platform';
    const [costs, weekday, budgets] = await Promise.all([
      loadDailyCost(reader, { first, end, zone, basis, group, book }),
      loadWeekdays(reader, first, monthEnd),
      loadBudgets(reader, book),
    ]);
    const left = daysBetween(new Date(Math.max(end.getTime(), monthStart.getTime())), monthEnd);
    const rows = costs.map((own): ViewRow => {
      const known = [...own.days].map(([day, cost]) => ({ day: new Date(day), weekday: weekday(new Date(day)), cost }));
      const isPriced = known.every(({ cost }) => cost !== null);
      const priced = known.map((day) => ({ ...day, cost: day.cost ?? 0 }));
      const soFar = priced.filter(({ day }) => day >= monthStart).reduce((sum, { cost }) => sum + cost, 0);
      const of = isPriced
        ? forecast(
            priced,
            left.map((day) => ({ day, weekday: weekday(day) })),
          )
        : null;
      const total = of ? soFar + of.cost : null;
      const budget = budgets.of(group, own.group, monthStart);
      return {
        month: localMidnight(monthStart, zone),
        department: group === 'department' ? own.group : allValues,
        kind: group === 'kind' ? own.group : allValues,
        ...priv(own),
        cost_so_far: isPriced ? soFar : null,
        ...summable('cost_so_far', isPriced ? soFar : null),
        forecast_cost: total,
        ...summable('forecast_cost', total),
        forecast_low: of && soFar + of.low,
        forecast_high: of && soFar + of.high,
        budget,
        budget_share: budget && total !== null ? total / budget : null,
        currency: book.currency,
        method: of?.method ?? null,
        days_used: of?.daysUsed ?? 0,
        days_left: left.length,
      };
    });
    rows.sort((a, b) =>
      `${String(a['department'])} ${String(a['kind'])}` < `${String(b['department'])} ${String(b['kind'])}` ? -1 : 1,
    );
    return {
      rows,
      coverage: null,
      facts: {
        basis,
        last_days: forecastRules.lastDays,
        median_under: forecastRules.medianUnder,
        weekdays_under: forecastRules.weekdaysUnder,
        prices: priceFact(book, range, zone),
        time_zone: zone,
        until: dayText(new Date(end.getTime() - dayMs)),
      },
      notices: [
        ...priceNotices(
          book,
          rows.some((row) => row['cost_so_far'] === null),
        ),
        ...(rows.length === 0 ? ['There are no complete days with data to forecast from'] : []),
      ],
    };
  },
});

function priv(own: DailyCost): ViewRow {
  const persons = [...own.byPerson.values()];
  return {
    people: own.people.size,
    cost_known: [...own.days.values()].reduce<number>((sum, cost) => sum + (cost ?? 0), 0),
    largest_cost: Math.max(0, ...persons),
  };
}
