import type { AnnotationEvent, AnnotationQuery, AnnotationSupport, DataFrame, Field } from '@grafana/data';
import { of } from 'rxjs';
import type { SceVoiceQuery } from './types.ts';

const view = 'annotations';

/** Marks on time lines: deletions by rule, price changes, releases, gaps in the data. Any view with times can be one. */
export const annotations: AnnotationSupport<SceVoiceQuery> = {
  getDefaultQuery: () => ({ view, params: {}, format: 'table' }),
  prepareAnnotation: (annotation: AnnotationQuery<SceVoiceQuery>) => ({
    ...annotation,
    target: { refId: 'Anno', view, params: {}, ...annotation.target },
  }),
  processEvents: (_, frames) => of(frames.flatMap(eventsOf)),
};

/** Rows as marks: the first time is the place, `time_end` makes it a region. */
export function eventsOf(frame: DataFrame): AnnotationEvent[] {
  const byName = (name: string): Field | undefined => frame.fields.find((field) => field.name === name);
  const time = byName('time') ?? frame.fields.find(({ type }) => (type as string) === 'time');
  if (time === undefined) return [];
  const [end, title, text, tags] = [byName('time_end'), byName('title'), byName('text'), byName('tags')];
  return Array.from({ length: frame.length }, (_, row): AnnotationEvent => {
    const until = end?.values[row] as number | null | undefined;
    return {
      time: time.values[row] as number,
      ...(until === null || until === undefined ? {} : { timeEnd: until, isRegion: true }),
      ...(title ? { title: String(title.values[row] ?? '') } : {}),
      text: String((text ?? firstText(frame))?.values[row] ?? ''),
      tags: splitTags(tags?.values[row]),
    };
  });
}

function firstText(frame: DataFrame): Field | undefined {
  return frame.fields.find(({ type }) => (type as string) === 'string');
}

function splitTags(value: unknown): string[] {
  if (typeof value !== 'string') return [];
  return value
    .split(',')
    .map((tag) => tag.trim())
    .filter((tag) => tag !== '');
}
