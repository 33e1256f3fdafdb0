import { SceError } from '../../errors.ts';

/** Why something of a request was not stored; the label `reason` of the counters and the column of `ingest_rejections`. */
export type RejectionReason =
  | 'no_metric_name'
  | 'empty_label_name'
  | 'duplicate_label'
  | 'labels_out_of_order'
  | 'invalid_utf8'
  | 'too_many_labels'
  | 'label_too_long'
  | 'symbol_out_of_range'
  | 'odd_label_references'
  | 'too_old'
  | 'in_the_future'
  | 'invalid_histogram'
  | 'invalid_exemplar'
  | 'invalid_metadata'
  | 'too_many_replicas'
  /** Not refused, yet not storable: NaN and infinities are acknowledged and counted. */
  | 'not_a_number'
  | 'infinite';

/** A refused series, or one refused thing of a series. */
export interface Refusal {
  readonly reason: RejectionReason;
  /** Names the series and says what is wrong with it. */
  readonly message: string;
}

const MAX_EXAMPLES = 10;

/** What was bad about one request: counts by reason, and a few examples in words. */
export class RequestRejections {
  readonly counts = new Map<RejectionReason, number>();
  readonly examples: string[] = [];
  #total = 0;

  get total(): number {
    return this.#total;
  }

  /** `message` is made only while examples are wanted: naming a series means decoding it. */
  add(reason: RejectionReason, message: () => string, count = 1): void {
    this.#total += count;
    this.counts.set(reason, (this.counts.get(reason) ?? 0) + count);
    if (this.examples.length < MAX_EXAMPLES) this.examples.push(message());
  }

  /** The 400 of a partial write: what was good is stored, this says what was not. */
  toError(stored: number): SceError {
    const reasons = [...this.counts].map(([reason, count]) => `${reason}: ${count}`).join(', ');
    const rest = this.#total > this.examples.length ? `; and ${this.#total - this.examples.length} more` : '';
    return new SceError(
      'WRITE_REJECTED',
      `${this.#total} refused (${reasons}), ${stored} stored. ${this.examples.join('; ')}${rest}`,
      {
        details: { refused: this.#total, stored, reasons: Object.fromEntries(this.counts), examples: this.examples },
      },
    );
  }
}
