import type { RemoteWriteConfig } from './config.ts';
import type { HaElections } from './ha-elections.ts';
import { describeLabels, isRefusal, readLabels, type LabelSpans } from './label-set.ts';
import type { Refusal } from './rejections.ts';
import { seriesId, type LabelPair } from './series-id.ts';
import { textPairs } from './text-pairs.ts';

/** A series as it is stored. */
export interface ResolvedSeries {
  readonly id: bigint;
  readonly metric: string;
  readonly labels: readonly LabelPair[];
  /** Of `HaElections.pair`, -1 without replicas. */
  readonly pair: number;
}

/** What is stored for a label of a metric: see identity/pseudonym.ts. */
export type LabelPseudonym = (metric: string, name: string, value: string) => string;

/** The slow path: from label bytes that were not seen before to a series. */
export class SeriesResolver {
  readonly #config: RemoteWriteConfig;
  readonly #elections: HaElections;
  readonly #pseudonym: LabelPseudonym;

  constructor(config: RemoteWriteConfig, elections: HaElections, pseudonym: LabelPseudonym) {
    this.#config = config;
    this.#elections = elections;
    this.#pseudonym = pseudonym;
  }

  /** Validates, takes the replica out, adds the default cluster, pseudonymises. Pure but for the numbers of pairs. */
  resolve(spans: LabelSpans): ResolvedSeries | Refusal {
    const set = readLabels(spans, this.#config, (source) => this.describe(source));
    if (isRefusal(set)) return set;
    const { ha, default_cluster: defaultCluster } = this.#config;
    let labels = set.labels;
    let pair = -1;
    if (defaultCluster !== '' && !labels.some(([name]) => name === 'cluster'))
      labels = [...labels, ['cluster', defaultCluster]];
    if (ha.enabled) {
      const replica = labels.find(([name]) => name === ha.replica_label)?.[1];
      const cluster = labels.find(([name]) => name === ha.cluster_label)?.[1];
      if (replica !== undefined && cluster !== undefined) {
        pair = this.#elections.pair(cluster, replica);
        if (pair < 0)
          return { reason: 'too_many_replicas', message: `${this.describe(spans)}: too many different replicas` };
        labels = labels.filter(([name]) => name !== ha.replica_label);
      }
    }
    const stored = labels
      .map(([name, value]): LabelPair => [name, this.#pseudonym(set.metric, name, value)])
      .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
    return { id: seriesId(set.metric, stored), metric: set.metric, labels: stored, pair };
  }

  /** The series in words, without names of people: messages are logged. */
  describe(spans: LabelSpans): string {
    const metric = textPairs(spans)?.find(([name]) => name === '__name__')?.[1] ?? '';
    return describeLabels(spans, (name, value) => this.#pseudonym(metric, name, value));
  }

  /** Metric and job alone, for counting; empty when the labels are not valid. */
  identify(spans: LabelSpans): { metric: string; job: string } {
    const set = readLabels(spans, this.#config);
    if (isRefusal(set)) return { metric: '', job: '' };
    return { metric: set.metric, job: set.labels.find(([name]) => name === 'job')?.[1] ?? '' };
  }

  /** An exemplar's own labels as they are stored. */
  exemplarLabels(metric: string, labels: readonly LabelPair[]): Record<string, string> {
    return Object.fromEntries(labels.map(([name, value]) => [name, this.#pseudonym(metric, name, value)]));
  }
}
