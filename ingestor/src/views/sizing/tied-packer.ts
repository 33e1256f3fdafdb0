import { lowerBound, type BucketMatrix } from './bucket-matrix.ts';
import type { SizePlan } from './size-plan.ts';

/**
 * Fills in the buckets of `nodes` that are −1, where the order of ids may decide: containers of classes with several sizes are
 * placed one by one, in the order of their ids, the others by their number. Everybody who came or went is a new packing.
 */
export function packTied(matrix: BucketMatrix, plan: SizePlan, nodes: Int32Array): void {
  const { beginsAt, begins, endsAt, ends } = matrix;
  const packer = new TiedPacker(matrix, plan);
  let known = -1;
  for (let bucket = 0; bucket < matrix.buckets; bucket++) {
    const [firstEnd, lastEnd] = [endsAt[bucket] ?? 0, endsAt[bucket + 1] ?? 0];
    const [firstBegin, lastBegin] = [beginsAt[bucket] ?? 0, beginsAt[bucket + 1] ?? 0];
    for (let at = firstEnd; at < lastEnd; at++) packer.remove(ends[at] ?? 0);
    for (let at = firstBegin; at < lastBegin; at++) packer.add(begins[at] ?? 0);
    if (lastEnd > firstEnd || lastBegin > firstBegin) known = -1;
    if (nodes[bucket] !== -1) continue;
    if (known === -1) known = packer.pack(bucket);
    nodes[bucket] = known;
  }
}

class TiedPacker {
  readonly #matrix: BucketMatrix;
  readonly #plan: SizePlan;
  /** Size → whether others share its class. */
  readonly #isTied: Uint8Array;
  /** Item → place among those of tied classes by class and id; −1: of no tied class. */
  readonly #rankOf: Int32Array;
  readonly #sizeOfRank: Int32Array;
  /** Ranks of those who are there, ascending, and their sizes. */
  readonly #alive: Int32Array;
  readonly #sizes: Int32Array;
  #length = 0;
  readonly #bySize: Float64Array;
  readonly #from: Int32Array;
  /** Size → least cores and memory of it and of all that come after it: a node with less holds nothing any more. */
  readonly #leastCores: Float64Array;
  readonly #leastMemory: Float64Array;
  /** Nodes before it hold nothing any more. */
  #first = 0;
  #cores = new Float64Array(64);
  #memory = new Float64Array(64);
  #nodes = 0;

  constructor(matrix: BucketMatrix, plan: SizePlan) {
    this.#matrix = matrix;
    this.#plan = plan;
    const { classOfSize, sizeOfType } = plan;
    this.#isTied = Uint8Array.from(classOfSize, (ofClass, size) =>
      ofClass !== -1 && (classOfSize[size - 1] === ofClass || classOfSize[size + 1] === ofClass) ? 1 : 0,
    );
    const sizeOf = (item: number): number => sizeOfType[matrix.typeOf[item] ?? 0] ?? 0;
    const tied = [...matrix.typeOf.keys()].filter((item) => this.#isTied[sizeOf(item)] === 1);
    // Items are in the order of their ids, and sorting is stable.
    tied.sort((a, b) => (classOfSize[sizeOf(a)] ?? 0) - (classOfSize[sizeOf(b)] ?? 0));
    this.#rankOf = new Int32Array(matrix.typeOf.length).fill(-1);
    for (const [rank, item] of tied.entries()) this.#rankOf[item] = rank;
    this.#sizeOfRank = Int32Array.from(tied, sizeOf);
    this.#alive = new Int32Array(tied.length + 1);
    this.#sizes = new Int32Array(tied.length + 1);
    this.#bySize = new Float64Array(classOfSize.length);
    this.#from = new Int32Array(classOfSize.length);
    this.#leastCores = leastFrom(plan.millicores, classOfSize);
    this.#leastMemory = leastFrom(plan.memoryBytes, classOfSize);
  }

  add(item: number): void {
    const rank = this.#rankOf[item] ?? -1;
    if (rank === -1) return;
    const place = lowerBound(this.#alive, this.#length, rank);
    this.#alive.copyWithin(place + 1, place, this.#length);
    this.#sizes.copyWithin(place + 1, place, this.#length);
    this.#alive[place] = rank;
    this.#sizes[place] = this.#sizeOfRank[rank] ?? 0;
    this.#length++;
  }

  remove(item: number): void {
    const rank = this.#rankOf[item] ?? -1;
    if (rank === -1) return;
    const place = lowerBound(this.#alive, this.#length, rank);
    this.#alive.copyWithin(place, place + 1, this.#length);
    this.#sizes.copyWithin(place, place + 1, this.#length);
    this.#length--;
  }

  /** Nodes for those who are there. */
  pack(bucket: number): number {
    const { groupOf, counts, types } = this.#matrix;
    const { sizeOfType, classOfSize, millicores, memoryBytes } = this.#plan;
    const bySize = this.#bySize;
    bySize.fill(0);
    const base = (groupOf[bucket] ?? 0) * types.length;
    for (let type = 0; type < types.length; type++) {
      const size = sizeOfType[type] ?? 0;
      bySize[size] = (bySize[size] ?? 0) + (counts[base + type] ?? 0);
    }
    this.#nodes = 0;
    this.#first = 0;
    for (let size = 0, at = 0; size < bySize.length; size++) {
      if (classOfSize[size] === -1) continue;
      this.#skipFull(size);
      if (this.#isTied[size] === 0) this.#placeMany(millicores[size] ?? 0, memoryBytes[size] ?? 0, bySize[size] ?? 0);
      else if (classOfSize[size - 1] !== classOfSize[size]) at = this.#placeClass(at, size);
    }
    return this.#nodes;
  }

  /** Places the containers from `at` on that are of the class of `first`, a size; gives the first that is not. */
  #placeClass(at: number, first: number): number {
    const { classOfSize, millicores, memoryBytes } = this.#plan;
    let [count, leastCores, mostCores, leastMemory, mostMemory] = [0, Infinity, 0, Infinity, 0];
    for (let size = first; classOfSize[size] === classOfSize[first]; size++) {
      const here = this.#bySize[size] ?? 0;
      if (here === 0) continue;
      count += here;
      leastCores = Math.min(leastCores, millicores[size] ?? 0);
      mostCores = Math.max(mostCores, millicores[size] ?? 0);
      leastMemory = Math.min(leastMemory, memoryBytes[size] ?? 0);
      mostMemory = Math.max(mostMemory, memoryBytes[size] ?? 0);
    }
    const end = at + count;
    const sizes = this.#sizes;
    let next = at;
    // Neighbours are often alike: of a node like the one before it is known how many go there.
    let [likeCores, likeMemory, fewestLike, mostLike] = [-1, -1, 0, 0];
    for (let node = this.#first; next < end; node++) {
      if (node === this.#nodes) this.#open();
      let cores = this.#cores[node] ?? 0;
      let memory = this.#memory[node] ?? 0;
      if (cores < leastCores || memory < leastMemory) continue;
      if (cores !== likeCores || memory !== likeMemory) {
        likeCores = cores;
        likeMemory = memory;
        fewestLike = Math.min(times(cores, mostCores), times(memory, mostMemory));
        mostLike = Math.min(times(cores, leastCores), times(memory, leastMemory));
      }
      const left = end - next;
      const fewest = Math.min(left, fewestLike);
      const most = Math.min(left, mostLike);
      if (fewest !== most) {
        this.#placeEach(next, end, node);
        return end;
      }
      // As many go here whatever their sizes: the next ones by id.
      for (const last = next + most; next < last; next++) {
        const size = sizes[next] ?? 0;
        cores -= millicores[size] ?? 0;
        memory -= memoryBytes[size] ?? 0;
      }
      this.#cores[node] = cores;
      this.#memory[node] = memory;
    }
    return end;
  }

  /** Places the containers [at, end) one by one; nodes before `from` have no room for any of them. */
  #placeEach(at: number, end: number, from: number): void {
    const { millicores, memoryBytes } = this.#plan;
    const [sizes, fromOf] = [this.#sizes, this.#from.fill(from)];
    for (let index = at; index < end; index++) {
      const size = sizes[index] ?? 0;
      const cores = millicores[size] ?? 0;
      const memory = memoryBytes[size] ?? 0;
      // Nodes before the last one of this very size had no room then and have none now.
      let node = fromOf[size] ?? 0;
      while (node < this.#nodes && ((this.#cores[node] ?? 0) < cores || (this.#memory[node] ?? 0) < memory)) node++;
      if (node === this.#nodes) this.#open();
      fromOf[size] = node;
      this.#cores[node] = (this.#cores[node] ?? 0) - cores;
      this.#memory[node] = (this.#memory[node] ?? 0) - memory;
    }
  }

  /** Places `count` containers of one size: where one by one would put them. */
  #placeMany(cores: number, memory: number, count: number): void {
    let left = count;
    for (let node = this.#first; left > 0; node++) {
      if (node === this.#nodes) this.#open();
      const coresLeft = this.#cores[node] ?? 0;
      if (coresLeft < cores) continue;
      const memoryLeft = this.#memory[node] ?? 0;
      if (memoryLeft < memory) continue;
      const byCores = cores > 0 ? Math.floor(coresLeft / cores) : left;
      const byMemory = memory > 0 ? Math.floor(memoryLeft / memory) : left;
      const here = Math.min(left, byCores, byMemory);
      this.#cores[node] = coresLeft - here * cores;
      this.#memory[node] = memoryLeft - here * memory;
      left -= here;
    }
  }

  /** Passes the nodes in which there is no room for `size` or for anything after it. */
  #skipFull(size: number): void {
    const leastCores = this.#leastCores[size] ?? 0;
    const leastMemory = this.#leastMemory[size] ?? 0;
    let first = this.#first;
    while (first < this.#nodes && ((this.#cores[first] ?? 0) < leastCores || (this.#memory[first] ?? 0) < leastMemory))
      first++;
    this.#first = first;
  }

  #open(): void {
    if (this.#nodes === this.#cores.length) {
      this.#cores = doubled(this.#cores);
      this.#memory = doubled(this.#memory);
    }
    this.#cores[this.#nodes] = this.#plan.shape.millicores;
    this.#memory[this.#nodes] = this.#plan.shape.memoryBytes;
    this.#nodes++;
  }
}

/** How often a size goes into what is left; what has no size goes into anything. */
function times(left: number, size: number): number {
  return size > 0 ? Math.floor(left / size) : Infinity;
}

function leastFrom(values: Float64Array, classOfSize: Int32Array): Float64Array {
  const least = new Float64Array(values.length);
  for (let size = values.length - 1, known = Infinity; size >= 0; size--) {
    if (classOfSize[size] !== -1) known = Math.min(known, values[size] ?? 0);
    least[size] = known;
  }
  return least;
}

function doubled(values: Float64Array): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(values.length * 2);
  larger.set(values);
  return larger;
}
