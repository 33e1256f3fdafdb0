import fc from 'fast-check';
import { DateTime } from 'luxon';
import { expect, it } from 'vitest';
import { LocalDays } from './local-days.ts';

it.each(['UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kathmandu', 'Pacific/Auckland', 'America/Santiago'])(
  'agrees with luxon in %s',
  (zone) => {
    const days = new LocalDays(zone);
    const times = fc.date({ min: new Date('2024-01-01'), max: new Date('2027-01-01'), noInvalidDate: true });
    fc.assert(
      fc.property(times, (time) => {
        const local = DateTime.fromJSDate(time, { zone });
        expect(days.startOf(time)).toEqual(local.startOf('day').toJSDate());
        expect(days.weekOf(time)).toEqual(local.startOf('week').toJSDate());
        expect(days.labelOf(time)).toBe(Date.UTC(local.year, local.month - 1, local.day));
      }),
    );
  },
);
