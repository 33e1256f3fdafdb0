import { isUtf8 } from 'node:buffer';
import type { LabelSpans } from './label-set.ts';

/** Labels as text; null when one is not UTF-8. */
export function textPairs({ bytes, spans }: LabelSpans): [string, string][] | null {
  const pairs: [string, string][] = [];
  for (let i = 0; i < spans.length; i += 4) {
    const name = bytes.subarray(spans[i], spans[i + 1]);
    const value = bytes.subarray(spans[i + 2], spans[i + 3]);
    if (!isUtf8(name) || !isUtf8(value)) return null;
    pairs.push([name.toString('utf8'), value.toString('utf8')]);
  }
  return pairs;
}
