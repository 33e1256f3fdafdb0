import { describe, expect, it } from 'vitest';
import { cover, type Sample } from './cover.ts';

const seconds = (...pairs: (readonly [number, number])[]): Sample[] =>
  pairs.map(([at, value]) => ({ at: at * 1000, value }));
const whole = (starts: readonly number[] = []) => [
  { containerId: 'c', from: 0, starts: starts.map((at) => at * 1000) },
];
const buckets = (samples: Sample[], segments = whole()): unknown[] =>
  cover(samples, segments, 'counter').map(({ bucket, coveredMs, amount }) => [
    bucket / 1000,
    coveredMs / 1000,
    Number(amount.toFixed(6)),
  ]);

describe('cover', () => {
  it.each<[string, Sample[], number[], unknown[]]>([
    ['two samples cover the time between them', seconds([10, 1], [70, 31]), [], [[0, 60, 30]]],
    ['five minutes are near enough', seconds([0, 0], [300, 30]), [], [[0, 300, 30]]],
    ['a millisecond more is a gap', [...seconds([0, 0]), { at: 300_001, value: 30 }], [], []],
    [
      'a pair is split at the bucket edge',
      seconds([240, 0], [360, 12]),
      [],
      [
        [0, 60, 6],
        [300, 60, 6],
      ],
    ],
    ['a counter that fell began at zero', seconds([10, 100], [20, 4]), [], [[0, 10, 4]]],
    [
      'a first sample counts from its start',
      seconds([400, 10]),
      [200],
      [
        [0, 100, 5],
        [300, 100, 5],
      ],
    ],
    ['a start six minutes ago does not count', seconds([400, 10]), [40], []],
    ['a start amid rising samples is no restart', seconds([310, 5], [330, 9]), [320], [[300, 20, 4]]],
    ['a restart counts from its start', seconds([310, 5], [330, 3]), [320], [[300, 10, 3]]],
  ])('%s', (_, samples, starts, expected) => {
    expect(buckets(samples, whole(starts))).toEqual(expected);
  });

  it('never pairs across containers', () => {
    const segments = [
      { containerId: 'a', from: 0, starts: [] },
      { containerId: 'b', from: 25_000, starts: [25_000] },
    ];
    expect(
      cover(seconds([10, 5], [20, 9], [30, 1], [40, 3]), segments, 'counter').map(
        ({ containerId, coveredMs, amount }) => [containerId, coveredMs, amount],
      ),
    ).toEqual([
      ['a', 10_000, 4],
      ['b', 15_000, 3],
    ]);
  });
});
