import { Type } from 'typebox';
import { dayLabel } from '../money/day.ts';
import { charged, currencyParameter, priceFact, priceNotices } from '../money/parameters.ts';
import { payingPerson } from '../money/payer.ts';
import { loadPriceBook } from '../money/price-book.ts';
import { MoneySum } from '../money/sum.ts';
import { coverageOf, loadUsageLines } from '../money/usage-lines.ts';
import { numberColumn, textColumn, timeColumn } from '../shared/columns.ts';
import { defineView, type ViewRow } from '../view.ts';
import { loadHourWeights } from './by-hour.ts';
import { loadCarbonBook } from './carbon-book.ts';
import { CarbonCell, hoursOf } from './rows.ts';
import { carbonNotices, regionParameter } from './view.ts';

/** Below it a person is shown money: so little carbon says nothing. */
const leastKilograms = 1;

export const personCarbon = defineView({
  id: 'person-carbon',
  title: 'Own carbon',
  topic: 'Carbon',
  description: 'kg CO2e a month of one’s own containers as a range; below 1 kg a month money instead',
  parameters: Type.Object({ region: regionParameter, currency: currencyParameter }),
  columns: [
    timeColumn('month', 'Month', 'Local midnight of its first day'),
    textColumn('person', 'Person', 'Person key (pseudonym)'),
    numberColumn(
      'kg_low',
      'Low',
      'suffix:kg CO2e',
      'In use and idle, with the low set of coefficients; empty below 1 kg a month',
    ),
    numberColumn('kg_high', 'High', 'suffix:kg CO2e', 'With the high set of coefficients; empty below 1 kg a month'),
    numberColumn('cost', 'Cost', 'none', 'Reserved hours × price as of the day; shown below 1 kg a month only'),
    textColumn('currency', 'Currency', 'What the money is in'),
  ],
  leastScope: 'self',
  privacy: { kind: 'persons', person: 'person', widenTo: 'week' },
  howComputed:
    'kg as in the view carbon, in use and idle together, without the embodied part: {versions}. Where even the high figure is below {least} kg in the month, money is shown instead: basis requested, {prices}. Days of {time_zone}.',

  async run({ reader, range, config, person }, { region, currency }) {
    const zone = config.organisation.time_zone;
    const [book, prices] = await Promise.all([loadCarbonBook(reader, region), loadPriceBook(reader, currency)]);
    const question = {
      range,
      zone,
      period: 'month',
      changes: [...book.changeDays(), ...prices.changeDays()],
      byPerson: false,
      byImage: false,
      person,
      filters: ['', '', '', '', ''],
    } as const;
    const [lines, weights] = await Promise.all([
      loadUsageLines(reader, question),
      loadHourWeights(reader, book, question, false),
    ]);
    const own = lines.filter((line) => payingPerson(line) !== null);
    const cells = new Map<string, { month: Date; person: string; cell: CarbonCell; money: MoneySum }>();
    for (const line of own) {
      const key = `${line.segment.period.getTime()} ${line.person ?? ''}`;
      const known = cells.get(key) ?? {
        month: line.segment.period,
        person: line.person ?? '',
        cell: new CarbonCell(),
        money: new MoneySum(),
      };
      cells.set(key, known);
      known.cell.add(book, line.segment, line.nodeType, hoursOf(line), weights.ofUsage(line));
      known.money.add(
        prices,
        line.segment,
        line.nodeType,
        charged(line.cpu, 'requested'),
        charged(line.memory, 'requested'),
      );
    }
    const rows = [...cells.values()].map(({ month, person: key, cell, money }): ViewRow => {
      const [used, idle] = [cell.range('in use'), cell.range('idle')];
      const low = used.low === null || idle.low === null ? null : used.low + idle.low;
      const high = used.high === null || idle.high === null ? null : used.high + idle.high;
      const isShown = high !== null && high >= leastKilograms;
      return {
        month,
        person: key,
        kg_low: isShown ? low : null,
        kg_high: isShown ? high : null,
        cost: isShown ? null : money.cost(prices),
        currency: isShown ? null : prices.currency,
      };
    });
    rows.sort(
      (a, b) => Number(a['month']) - Number(b['month']) || (String(a['person']) < String(b['person']) ? -1 : 1),
    );
    const last = dayLabel(new Date(range.to.getTime() - 1), zone);
    return {
      rows,
      coverage: coverageOf(own),
      facts: {
        versions: book.describe(last),
        least: leastKilograms,
        prices: priceFact(prices, range, zone),
        time_zone: zone,
      },
      notices: [...carbonNotices(book, last), ...priceNotices(prices, false)],
    };
  },
});
