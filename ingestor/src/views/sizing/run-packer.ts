import type { SizePlan } from './size-plan.ts';

/**
 * First fit decreasing by counts: nodes in the same state are one run, so that a thousand containers are a few steps. Containers of
 * several sizes with the same dominant share are placed by their number alone as long as their order, by id, cannot matter: what
 * is left of a node is then known between two bounds. Where it can matter where they go, `pack` answers −1, and `BucketPacker` is
 * needed; `packedNodes` still knows how many nodes there are when all that is left has room on them in any order.
 */
export class RunPacker {
  readonly #plan: SizePlan;
  readonly #bySize: Float64Array;
  /** Containers of the last `pack` that fit no node. */
  unfit = 0;
  /** Where the containers of a class went: placements classAt[c] … classAt[c + 1), each `count` on each of `nodes` nodes from `first`. */
  readonly classAt: Int32Array;
  first = new Int32Array(64);
  nodes = new Int32Array(64);
  count = new Int32Array(64);
  #placements = 0;
  #runs = 0;
  /** Containers of the class that `pack` gave up at that were not placed, and the first size after that class. */
  #left = 0;
  #nextSize = 0;
  #runNodes = new Int32Array(64);
  /** Least and most that may be left of each node of a run. */
  #coresLow = new Float64Array(64);
  #coresHigh = new Float64Array(64);
  #memoryLow = new Float64Array(64);
  #memoryHigh = new Float64Array(64);

  constructor(plan: SizePlan) {
    this.#plan = plan;
    this.#bySize = new Float64Array(plan.millicores.length);
    this.classAt = new Int32Array(plan.classes + 1);
  }

  /** Nodes for counts[base + type] containers of each type; −1: the order of ids may decide. */
  pack(counts: ArrayLike<number>, base = 0): number {
    const { sizeOfType, classOfSize, millicores, memoryBytes } = this.#plan;
    const bySize = this.#bySize;
    bySize.fill(0);
    for (let type = 0; type < sizeOfType.length; type++) {
      const size = sizeOfType[type] ?? 0;
      bySize[size] = (bySize[size] ?? 0) + (counts[base + type] ?? 0);
    }
    this.unfit = 0;
    this.#runs = 0;
    this.#placements = 0;
    for (let size = 0; size < bySize.length;) {
      const ofClass = classOfSize[size] ?? -1;
      if (ofClass === -1) {
        this.unfit += bySize[size++] ?? 0;
        continue;
      }
      let [count, leastCores, mostCores, leastMemory, mostMemory] = [0, Infinity, 0, Infinity, 0];
      for (; size < bySize.length && classOfSize[size] === ofClass; size++) {
        const here = bySize[size] ?? 0;
        if (here === 0) continue;
        count += here;
        leastCores = Math.min(leastCores, millicores[size] ?? 0);
        mostCores = Math.max(mostCores, millicores[size] ?? 0);
        leastMemory = Math.min(leastMemory, memoryBytes[size] ?? 0);
        mostMemory = Math.max(mostMemory, memoryBytes[size] ?? 0);
      }
      this.classAt[ofClass] = this.#placements;
      this.#nextSize = size;
      if (count > 0 && !this.#place(count, leastCores, mostCores, leastMemory, mostMemory)) return -1;
      this.classAt[ofClass + 1] = this.#placements;
    }
    return this.#nodesOfRuns();
  }

  /** As `pack`, where only the number of nodes matters: −1 less often. */
  packedNodes(counts: ArrayLike<number>, base = 0): number {
    const nodes = this.pack(counts, base);
    return nodes === -1 && this.#hasRoomForTheRest() ? this.#nodesOfRuns() : nodes;
  }

  /**
   * Whether all that was not placed goes onto the nodes there are: as often as the largest of it in each dimension surely fits, any of
   * it does, and each takes at most one such room.
   */
  #hasRoomForTheRest(): boolean {
    const { classOfSize, millicores, memoryBytes } = this.#plan;
    const ofClass = classOfSize[this.#nextSize - 1];
    let [count, mostCores, mostMemory] = [this.#left, 0, 0];
    for (let size = this.#nextSize - 1; size >= 0 && classOfSize[size] === ofClass; size--) {
      mostCores = Math.max(mostCores, millicores[size] ?? 0);
      mostMemory = Math.max(mostMemory, memoryBytes[size] ?? 0);
    }
    for (let size = this.#nextSize; size < this.#bySize.length; size++) {
      count += this.#bySize[size] ?? 0;
      mostCores = Math.max(mostCores, millicores[size] ?? 0);
      mostMemory = Math.max(mostMemory, memoryBytes[size] ?? 0);
    }
    for (let run = 0; run < this.#runs && count > 0; run++) {
      const each = Math.min(
        times(this.#coresLow[run] ?? 0, mostCores, count),
        times(this.#memoryLow[run] ?? 0, mostMemory, count),
      );
      count -= each * (this.#runNodes[run] ?? 0);
    }
    return count <= 0;
  }

  #nodesOfRuns(): number {
    let nodes = 0;
    for (let run = 0; run < this.#runs; run++) nodes += this.#runNodes[run] ?? 0;
    return nodes;
  }

  /** Containers of one class on the first nodes with room; false when not every order gives the same numbers. */
  #place(count: number, leastCores: number, mostCores: number, leastMemory: number, mostMemory: number): boolean {
    let left = count;
    let node = 0;
    for (let run = 0; left > 0; run++) {
      const isNew = run === this.#runs;
      if (isNew) this.#openRun(left);
      const nodes = this.#runNodes[run] ?? 0;
      const fewest = Math.min(
        left,
        times(this.#coresLow[run] ?? 0, mostCores, left),
        times(this.#memoryLow[run] ?? 0, mostMemory, left),
      );
      const most = Math.min(
        left,
        times(this.#coresHigh[run] ?? 0, leastCores, left),
        times(this.#memoryHigh[run] ?? 0, leastMemory, left),
      );
      if (fewest !== most) {
        this.#left = left;
        if (isNew) this.#runs--;
        return false;
      }
      if (most > 0) {
        const full = Math.min(nodes, Math.floor(left / most));
        const rest = full === nodes ? 0 : left - full * most;
        const touched = full + (rest > 0 ? 1 : 0);
        if (isNew) this.#runNodes[run] = touched;
        else if (touched < nodes) this.#split(run, touched);
        if (full > 0 && rest > 0) this.#split(run, full);
        const end = run + (full > 0 && rest > 0 ? 1 : 0);
        for (; run <= end; run++) {
          const each = run === end && rest > 0 ? rest : most;
          this.#coresLow[run] = (this.#coresLow[run] ?? 0) - each * mostCores;
          this.#coresHigh[run] = (this.#coresHigh[run] ?? 0) - each * leastCores;
          this.#memoryLow[run] = (this.#memoryLow[run] ?? 0) - each * mostMemory;
          this.#memoryHigh[run] = (this.#memoryHigh[run] ?? 0) - each * leastMemory;
          this.#note(node, this.#runNodes[run] ?? 0, each);
          node += this.#runNodes[run] ?? 0;
        }
        run = end;
        left -= full * most + rest;
      } else node += nodes;
    }
    return true;
  }

  /** A run of empty nodes, more than enough. */
  #openRun(nodes: number): void {
    const { shape } = this.#plan;
    if (this.#runs + 3 > this.#runNodes.length) this.#growRuns();
    const run = this.#runs++;
    this.#runNodes[run] = nodes;
    this.#coresLow[run] = this.#coresHigh[run] = shape.millicores;
    this.#memoryLow[run] = this.#memoryHigh[run] = shape.memoryBytes;
  }

  /** Makes the first `nodes` of a run one of their own. */
  #split(run: number, nodes: number): void {
    if (this.#runs + 3 > this.#runNodes.length) this.#growRuns();
    for (const of of [this.#runNodes, this.#coresLow, this.#coresHigh, this.#memoryLow, this.#memoryHigh])
      of.copyWithin(run + 1, run, this.#runs);
    this.#runs++;
    this.#runNodes[run + 1] = (this.#runNodes[run] ?? 0) - nodes;
    this.#runNodes[run] = nodes;
  }

  #note(first: number, nodes: number, count: number): void {
    const at = this.#placements++;
    if (at === this.first.length) {
      this.first = doubled(this.first);
      this.nodes = doubled(this.nodes);
      this.count = doubled(this.count);
    }
    this.first[at] = first;
    this.nodes[at] = nodes;
    this.count[at] = count;
  }

  #growRuns(): void {
    this.#runNodes = doubled(this.#runNodes);
    this.#coresLow = doubled(this.#coresLow);
    this.#coresHigh = doubled(this.#coresHigh);
    this.#memoryLow = doubled(this.#memoryLow);
    this.#memoryHigh = doubled(this.#memoryHigh);
  }
}

/** How often a size goes into what is left; at most `most`, which is what goes into anything without a size. */
function times(left: number, size: number, most: number): number {
  return size > 0 ? Math.floor(left / size) : most;
}

function doubled<T extends Int32Array | Float64Array>(values: T): T {
  const larger = new (values.constructor as new (length: number) => T)(values.length * 2);
  larger.set(values);
  return larger;
}
