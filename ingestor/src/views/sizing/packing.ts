/** Sizes are whole numbers in doubles (millicores, bytes), so that sums are exact and 16 × 4 fits 64. */
export interface NodeShape {
  readonly millicores: number;
  readonly memoryBytes: number;
}

/** Larger of core share and memory share of a node: what FFD sorts by. */
export function dominantShare(millicores: number, memoryBytes: number, shape: NodeShape): number {
  return Math.max(part(millicores, shape.millicores), part(memoryBytes, shape.memoryBytes));
}

function part(size: number, of: number): number {
  return size <= 0 ? 0 : size / of;
}

/** First fit on nodes of one shape. `place` must be called in the order of first-fit-decreasing. */
export class NodePacker {
  readonly #shape: NodeShape;
  #millicores = new Float64Array(64);
  #memory = new Float64Array(64);
  #nodes = 0;

  constructor(shape: NodeShape) {
    this.#shape = shape;
  }

  get nodes(): number {
    return this.#nodes;
  }

  reset(): void {
    this.#nodes = 0;
  }

  /**
   * Places one container that fits an empty node and returns its node. `from`: the node where the last container of exactly this size went
   * (0 at first); nodes before it had no room then and have none now.
   */
  place(millicores: number, memoryBytes: number, from: number): number {
    const [cores, memory, nodes] = [this.#millicores, this.#memory, this.#nodes];
    let node = from;
    while (node < nodes && !((cores[node] ?? 0) >= millicores && (memory[node] ?? 0) >= memoryBytes)) node++;
    if (node === nodes) {
      this.#open();
      // Opening may have moved the arrays.
      this.#millicores[node] = this.#shape.millicores - millicores;
      this.#memory[node] = this.#shape.memoryBytes - memoryBytes;
      return node;
    }
    cores[node] = (cores[node] ?? 0) - millicores;
    memory[node] = (memory[node] ?? 0) - memoryBytes;
    return node;
  }

  #open(): void {
    if (this.#nodes === this.#millicores.length) {
      this.#millicores = grown(this.#millicores);
      this.#memory = grown(this.#memory);
    }
    this.#millicores[this.#nodes] = this.#shape.millicores;
    this.#memory[this.#nodes] = this.#shape.memoryBytes;
    this.#nodes++;
  }
}

function grown(values: Float64Array): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(values.length * 2);
  larger.set(values);
  return larger;
}
