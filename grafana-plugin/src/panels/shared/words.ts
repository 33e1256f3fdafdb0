// toLocaleString makes a formatter each time: too slow for lines that are drawn while scrolling.
const formats = [0, 1, 2].map((digits) => new Intl.NumberFormat('en', { maximumFractionDigits: digits }));

function format(value: number, digits: 0 | 1 | 2): string {
  return formats[digits]?.format(value) ?? String(value);
}

const minute = 60;
const hour = 3600;
const day = 86_400;
const month = (365.25 / 12) * day;
const year = 365.25 * day;

/** A duration as people say it: `40 minutes`, `12 days`, `7 months`, `3.4 years`. `seconds` below 0 count as 0. */
export function durationInWords(seconds: number): string {
  const span = Math.max(0, seconds);
  if (span < 1.5 * minute) return 'a minute';
  if (span < 1.5 * hour) return count(Math.round(span / minute), 'minute');
  if (span < 2 * day) return count(Math.round(span / hour), 'hour');
  if (span < 60 * day) return count(Math.round(span / day), 'day');
  if (span < 2 * year) return count(Math.round(span / month), 'month');
  return count(Math.round((span / year) * 10) / 10, 'year');
}

/** The same in a column: `40 min`, `12 d`, `7 mo`, `3.4 y`. */
export function durationShort(seconds: number): string {
  const span = Math.max(0, seconds);
  if (span < 1.5 * hour) return `${String(Math.round(span / minute))} min`;
  if (span < 2 * day) return `${String(Math.round(span / hour))} h`;
  if (span < 60 * day) return `${String(Math.round(span / day))} d`;
  if (span < 2 * year) return `${String(Math.round(span / month))} mo`;
  return `${String(Math.round((span / year) * 10) / 10)} y`;
}

/** `1 day`, `3 days`; large numbers with separators. */
export function count(number: number, noun: string, plural = `${noun}s`): string {
  return `${format(number, 1)} ${number === 1 ? noun : plural}`;
}

/** A number that a person reads at a glance: `0.05`, `4.2`, `12,300`, `385 k`, `2.5 M`. */
export function glance(value: number): string {
  const size = Math.abs(value);
  if (size >= 999_500) return `${scaled(value, 1e6)} M`;
  if (size >= 99_999.5) return `${scaled(value, 1e3)} k`;
  const digits = size >= 100 ? 0 : size >= 10 ? 1 : 2;
  return format(value, digits);
}

function scaled(value: number, unit: number): string {
  return format(value / unit, Math.abs(value / unit) >= 10 ? 0 : 1);
}

/** A share as a percentage: `87 %`, `4.2 %`, `< 0.1 %`. */
export function percent(share: number): string {
  const value = share * 100;
  if (value > 0 && value < 0.1) return '< 0.1 %';
  if (value > 99.9 && value < 100) return '> 99.9 %';
  return `${format(value, Math.abs(value) < 10 ? 1 : 0)} %`;
}
