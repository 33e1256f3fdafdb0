import { expect, it } from 'vitest';
import { count, durationInWords, durationShort, glance, percent } from './words.ts';

const day = 86_400;

it.each([
  [-5, 'a minute', '0 min'],
  [60, 'a minute', '1 min'],
  [40 * 60, '40 minutes', '40 min'],
  [5400, '2 hours', '2 h'],
  [36 * 3600, '36 hours', '36 h'],
  [2 * day, '2 days', '2 d'],
  [59 * day, '59 days', '59 d'],
  [61 * day, '2 months', '2 mo'],
  [700 * day, '23 months', '23 mo'],
  [1000 * day, '2.7 years', '2.7 y'],
])('%d s', (seconds, words, short) => {
  expect([durationInWords(seconds), durationShort(seconds)]).toEqual([words, short]);
});

it.each([
  [0, '0 %'],
  [0.0004, '< 0.1 %'],
  [0.042, '4.2 %'],
  [0.873, '87 %'],
  [0.9995, '> 99.9 %'],
  [1, '100 %'],
])('share %d', (share, words) => {
  expect(percent(share)).toBe(words);
});

it('numbers at a glance', () => {
  expect([12_345.6, 42.25, 4.217, 0.049].map(glance)).toEqual(['12,346', '42.3', '4.22', '0.05']);
  expect([99_999, 384_828, 999_600, 2_505_414, -12e6].map(glance)).toEqual([
    '99,999',
    '385 k',
    '1 M',
    '2.5 M',
    '-12 M',
  ]);
  expect([count(1, 'person', 'people'), count(2000, 'person', 'people')]).toEqual(['1 person', '2,000 people']);
});
