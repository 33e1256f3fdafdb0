import { leastFrom, mostFrom, times } from './amounts.ts';
import { lowerBound, type BucketMatrix } from './bucket-matrix.ts';
import type { SizePlan } from './size-plan.ts';

/** So many are looked at for whether the rest has room. */
const lastNodes = 16;

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
  /** Ranks of those who are there, ascending, and beside them their sizes, cores and memory: what is placed is read in a row. */
  readonly #alive: Int32Array;
  readonly #sizes: Int32Array;
  readonly #aliveCores: Float64Array;
  readonly #aliveMemory: Float64Array;
  #length = 0;
  readonly #bySize: Float64Array;
  readonly #from: Int32Array;
  /** Size → least cores and memory of it and of all that come after it: a node with less holds nothing any more. */
  readonly #leastCores: Float64Array;
  readonly #leastMemory: Float64Array;
  /** Size → most cores and memory of it and of all that come after it. */
  readonly #mostCores: Float64Array;
  readonly #mostMemory: Float64Array;
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
    this.#aliveCores = new Float64Array(tied.length + 1);
    this.#aliveMemory = new Float64Array(tied.length + 1);
    this.#bySize = new Float64Array(classOfSize.length);
    this.#from = new Int32Array(classOfSize.length);
    this.#leastCores = leastFrom(plan.millicores, classOfSize);
    this.#leastMemory = leastFrom(plan.memoryBytes, classOfSize);
    this.#mostCores = mostFrom(plan.millicores);
    this.#mostMemory = mostFrom(plan.memoryBytes);
  }

  add(item: number): void {
    const rank = this.#rankOf[item] ?? -1;
    if (rank === -1) return;
    const place = lowerBound(this.#alive, this.#length, rank);
    this.#move(place + 1, place);
    const size = this.#sizeOfRank[rank] ?? 0;
    this.#alive[place] = rank;
    this.#sizes[place] = size;
    this.#aliveCores[place] = this.#plan.millicores[size] ?? 0;
    this.#aliveMemory[place] = this.#plan.memoryBytes[size] ?? 0;
    this.#length++;
  }

  remove(item: number): void {
    const rank = this.#rankOf[item] ?? -1;
    if (rank === -1) return;
    const place = lowerBound(this.#alive, this.#length, rank);
    this.#move(place, place + 1);
    this.#length--;
  }

  /** Moves those from a place on. */
  #move(to: number, from: number): void {
    for (const of of [this.#alive, this.#sizes, this.#aliveCores, this.#aliveMemory])
      of.copyWithin(to, from, this.#length);
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
    let left = 0;
    for (let size = 0; size < bySize.length; size++) if (classOfSize[size] !== -1) left += bySize[size] ?? 0;
    this.#reserve(left);
    for (let size = 0, at = 0; size < bySize.length; size++) {
      if (classOfSize[size] === -1) continue;
      if (classOfSize[size - 1] !== classOfSize[size]) {
        if (this.#hasRoomFor(left, size)) break;
        this.#skipFull(size);
        if (this.#isTied[size] === 1) at = this.#placeClass(at, size);
      }
      if (this.#isTied[size] === 0) this.#placeMany(millicores[size] ?? 0, memoryBytes[size] ?? 0, bySize[size] ?? 0);
      left -= bySize[size] ?? 0;
    }
    return this.#nodes;
  }

  /** Whether `count` containers of `size` and after it surely go onto the last nodes, which are the emptiest; then no more are opened. */
  #hasRoomFor(count: number, size: number): boolean {
    const [cores, memory] = [this.#mostCores[size] ?? 0, this.#mostMemory[size] ?? 0];
    let left = count;
    for (let node = this.#nodes - 1; left > 0 && node >= Math.max(0, this.#nodes - lastNodes); node--)
      left -= Math.min(left, times(this.#cores[node] ?? 0, cores), times(this.#memory[node] ?? 0, memory));
    return left === 0;
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
    const [coresOf, memoryOf, ofCores, ofMemory] = [this.#cores, this.#memory, this.#aliveCores, this.#aliveMemory];
    const [twiceCores, twiceMemory] = [2 * leastCores, 2 * leastMemory];
    let next = at;
    for (let node = this.#first; next < end; node++) {
      if (node === this.#nodes) this.#open();
      let cores = coresOf[node] ?? 0;
      if (cores < leastCores) continue;
      let memory = memoryOf[node] ?? 0;
      if (memory < leastMemory) continue;
      let fewest = 0;
      let most = 1;
      if (cores < twiceCores || memory < twiceMemory) {
        // Mostly so, and without a division.
        if (cores >= mostCores && memory >= mostMemory) fewest = 1;
      } else {
        const left = end - next;
        fewest = Math.min(left, times(cores, mostCores), times(memory, mostMemory));
        most = Math.min(left, times(cores, leastCores), times(memory, leastMemory));
      }
      if (fewest !== most) {
        this.#placeEach(next, end, node);
        return end;
      }
      // As many go here whatever their sizes: the next ones by id.
      for (const last = next + most; next < last; next++) {
        cores -= ofCores[next] ?? 0;
        memory -= ofMemory[next] ?? 0;
      }
      coresOf[node] = cores;
      memoryOf[node] = memory;
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
    this.#cores[this.#nodes] = this.#plan.shape.millicores;
    this.#memory[this.#nodes] = this.#plan.shape.memoryBytes;
    this.#nodes++;
  }

  /** Room for so many nodes: the arrays stay the same while they are filled. */
  #reserve(nodes: number): void {
    if (nodes <= this.#cores.length) return;
    this.#cores = new Float64Array(2 * nodes);
    this.#memory = new Float64Array(2 * nodes);
  }
}
