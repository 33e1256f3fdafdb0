import { isUtf8 } from 'node:buffer';
import type { Refusal } from './rejections.ts';
import type { LabelPair } from './series-id.ts';

/** Labels as they lie in a body: four offsets a label, name start and end, value start and end. */
export interface LabelSpans {
  readonly bytes: Buffer;
  readonly spans: readonly number[];
}

/** A valid set: sorted by name, `__name__` apart, no empty values. */
export interface LabelSet {
  readonly metric: string;
  readonly labels: readonly LabelPair[];
}

export interface LabelLimits {
  readonly max_labels_per_series: number;
  readonly max_label_value_bytes: number;
}

/**
 * Checks and decodes a label set by the rules of remote-write: a metric name, names not empty, sorted and unique, all
 * UTF-8. A label with an empty value is the same as no label (Prometheus' data model) and is left out.
 */
export function readLabels(
  source: LabelSpans,
  limits: LabelLimits,
  describe: (source: LabelSpans) => string = describeLabels,
): LabelSet | Refusal {
  const { bytes, spans } = source;
  const refuse = (reason: Refusal['reason'], what: string): Refusal => ({
    reason,
    message: `${describe(source)}: ${what}`,
  });
  const count = spans.length / 4;
  if (count > limits.max_labels_per_series)
    return refuse(
      'too_many_labels',
      `${count} labels, ${limits.max_labels_per_series} are allowed (max_labels_per_series)`,
    );
  let metric = '';
  const labels: LabelPair[] = [];
  for (let i = 0; i < spans.length; i += 4) {
    const [nameStart, nameEnd, valueStart, valueEnd] = spans.slice(i, i + 4) as [number, number, number, number];
    if (nameStart === nameEnd) return refuse('empty_label_name', 'a label name is empty');
    if (nameEnd - nameStart > limits.max_label_value_bytes || valueEnd - valueStart > limits.max_label_value_bytes)
      return refuse(
        'label_too_long',
        `a label is longer than ${limits.max_label_value_bytes} bytes (max_label_value_bytes)`,
      );
    if (!isUtf8(bytes.subarray(nameStart, nameEnd)) || !isUtf8(bytes.subarray(valueStart, valueEnd)))
      return refuse('invalid_utf8', 'a label is not valid UTF-8');
    if (i > 0) {
      // By bytes, as senders sort; JavaScript's order of strings differs beyond the basic plane.
      const order = bytes.compare(bytes, spans[i - 4], spans[i - 3], nameStart, nameEnd) * -1;
      const name = bytes.toString('utf8', nameStart, nameEnd);
      if (order === 0) return refuse('duplicate_label', `the label "${name}" occurs twice`);
      if (order > 0)
        return refuse('labels_out_of_order', `the label "${name}" is not in its place; labels must be sorted by name`);
    }
    if (valueStart === valueEnd) continue;
    const name = bytes.toString('utf8', nameStart, nameEnd);
    const value = bytes.toString('utf8', valueStart, valueEnd);
    if (name === '__name__') metric = value;
    else labels.push([name, value]);
  }
  if (metric === '') return refuse('no_metric_name', 'there is no metric name (label __name__)');
  return { metric, labels };
}

export function isRefusal(arg: LabelSet | Refusal): arg is Refusal {
  return 'reason' in arg;
}

const SHOWN_LABELS = 8;
const SHOWN_BYTES = 64;

/**
 * The series in words for an error message, bounded in length whatever was sent. Messages are logged, here and by the
 * sender's side, so `pseudonym` takes names of people out.
 */
export function describeLabels(
  { bytes, spans }: LabelSpans,
  pseudonym: (name: string, value: string) => string = (_, value) => value,
): string {
  const text = (start: number, end: number): string =>
    bytes.toString('utf8', start, Math.min(end, start + SHOWN_BYTES)) + (end - start > SHOWN_BYTES ? '…' : '');
  const shorten = (value: string): string => (value.length > SHOWN_BYTES ? `${value.slice(0, SHOWN_BYTES)}…` : value);
  const shown: string[] = [];
  for (let i = 0; i < Math.min(spans.length, SHOWN_LABELS * 4); i += 4) {
    const [nameStart, nameEnd, valueStart, valueEnd] = spans.slice(i, i + 4) as [number, number, number, number];
    const name = text(nameStart, nameEnd);
    shown.push(`${name}=${JSON.stringify(shorten(pseudonym(name, bytes.toString('utf8', valueStart, valueEnd))))}`);
  }
  return `series {${shown.join(', ')}${spans.length > SHOWN_LABELS * 4 ? ', …' : ''}}`;
}
