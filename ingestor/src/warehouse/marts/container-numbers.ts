import type { Row } from '../warehouse.ts';
import type { ContainerRow } from './container-row.ts';
import type { MartContext } from './mart-context.ts';

/** Numbers the containers of a window for the work tables. */
export class ContainerNumbers {
  readonly #context: MartContext;
  readonly #rows: ReadonlyMap<string, ContainerRow>;
  readonly #numbers = new Map<string, { no: number; node: string | null }>();

  constructor(context: MartContext, rows: ReadonlyMap<string, ContainerRow>) {
    this.#context = context;
    this.#rows = rows;
  }

  /** `node`: what is known of a container that the dimension does not hold any more. */
  of(containerId: string, node: string | null = null): number {
    let found = this.#numbers.get(containerId);
    if (found === undefined)
      this.#numbers.set(
        containerId,
        (found = { no: this.#numbers.size + 1, node: this.#rows.get(containerId)?.node ?? node }),
      );
    return found.no;
  }

  get size(): number {
    return this.#numbers.size;
  }

  rows(timestamp: Date, chunk: number): Row[] {
    return [...this.#numbers].map(([containerId, { no, node }]) => ({
      timestamp,
      chunk,
      container_no: no,
      container_id: containerId,
      node,
      active_cores: this.#context.activeCores(this.#rows.get(containerId)?.image ?? ''),
    }));
  }
}
