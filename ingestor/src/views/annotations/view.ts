import { Type } from 'typebox';
import { textColumn, timeColumn } from '../shared/columns.ts';
import { defineView } from '../view.ts';
import { gapCoverage, gaps } from './gaps.ts';
import { deletions, priceChanges, releases } from './marks.ts';

const sources = { deletion: deletions, price: priceChanges, release: releases, gap: gaps };
const kinds = ['deletion', 'price', 'release', 'gap'] as const;

export const annotations = defineView({
  id: 'annotations',
  title: 'Marks on the time axis',
  topic: 'Operations',
  description: 'What explains a step in a curve: deletions by rule, price changes, releases, data gaps',
  parameters: Type.Object({
    kind: Type.Array(
      Type.Union([Type.Literal('deletion'), Type.Literal('price'), Type.Literal('release'), Type.Literal('gap')]),
      { default: [], uniqueItems: true, description: 'Only these kinds; empty: all' },
    ),
  }),
  columns: [
    timeColumn('time', 'Time', 'Begin, or the moment'),
    timeColumn('time_end', 'Until', 'Empty: a moment'),
    textColumn('title', 'Title', 'What happened'),
    textColumn('text', 'Text', 'The same in words, with its numbers'),
    textColumn('tags', 'Tags', 'Kind, and more with commas: deletion, price, release, end-of-life, gap'),
  ],
  leastScope: 'aggregate',
  privacy: { kind: 'none' },
  howComputed:
    'Deletions: containers ended by a rule, counted by rule and day of the organisation, from the first to the last of the day. ' +
    'Prices: rows that differ from the one before. Releases: events of the platform and ends of life of runtimes. ' +
    'Gaps: hours (days in ranges over 35 days) in which less than {gap_coverage} of the alive container time is known.',

  async run(context, { kind }) {
    const asked = kinds.filter((one) => kind.length === 0 || kind.includes(one));
    const marks = (await Promise.all(asked.map((one) => sources[one](context)))).flat();
    return {
      rows: marks.sort((a, b) => a.time.getTime() - b.time.getTime()),
      coverage: null,
      facts: { gap_coverage: `${gapCoverage * 100} %` },
    };
  },
});
