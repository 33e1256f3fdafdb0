import type { BucketMatrix } from './bucket-matrix.ts';
import { BucketPacker } from './bucket-packer.ts';
import { RunPacker } from './run-packer.ts';
import type { SizePlan } from './size-plan.ts';

/** On which node each container of a bucket is. */
export class NodeFinder {
  readonly #matrix: BucketMatrix;
  readonly #runs: RunPacker;
  readonly #packer: BucketPacker;
  readonly #classOfType: Int32Array;
  /** By class: placement, nodes of it that are behind, room on the node of now. */
  readonly #placement: Int32Array;
  readonly #behind: Int32Array;
  readonly #room: Int32Array;
  #places = new Int32Array(1024);
  /** Item → node of the bucket that was found last; −1: fits none. */
  readonly nodeOf: Int32Array;

  constructor(matrix: BucketMatrix, plan: SizePlan) {
    this.#matrix = matrix;
    this.#runs = new RunPacker(plan);
    this.#packer = new BucketPacker(plan);
    this.#classOfType = plan.sizeOfType.map((size) => plan.classOfSize[size] ?? -1);
    this.#placement = new Int32Array(plan.classes);
    this.#behind = new Int32Array(plan.classes);
    this.#room = new Int32Array(plan.classes);
    this.nodeOf = new Int32Array(matrix.typeOf.length);
  }

  /** Fills `nodeOf` for the containers of a bucket, `alive` in the order of their ids; gives the number of nodes. */
  find(bucket: number, alive: Int32Array, length: number): number {
    const { counts, groupOf, types } = this.#matrix;
    const nodes = this.#runs.pack(counts, (groupOf[bucket] ?? 0) * types.length);
    if (nodes === -1) return this.#oneByOne(alive, length);
    // Whatever their sizes, the containers of a class fill node after node, lowest id first.
    const { classAt, first, nodes: nodesOf, count } = this.#runs;
    const { typeOf } = this.#matrix;
    const [classOfType, placement, behind, room, nodeOf] = [
      this.#classOfType,
      this.#placement,
      this.#behind,
      this.#room,
      this.nodeOf,
    ];
    for (let ofClass = 0; ofClass < placement.length; ofClass++) {
      const at = classAt[ofClass] ?? 0;
      placement[ofClass] = at;
      behind[ofClass] = 0;
      room[ofClass] = count[at] ?? 0;
    }
    for (let index = 0; index < length; index++) {
      const item = alive[index] ?? 0;
      const ofClass = classOfType[typeOf[item] ?? 0] ?? -1;
      if (ofClass === -1) {
        nodeOf[item] = -1;
        continue;
      }
      let at = placement[ofClass] ?? 0;
      let left = room[ofClass] ?? 0;
      let node = behind[ofClass] ?? 0;
      if (left === 0) {
        if (++node === (nodesOf[at] ?? 0)) {
          placement[ofClass] = ++at;
          node = 0;
        }
        behind[ofClass] = node;
        left = count[at] ?? 0;
      }
      room[ofClass] = left - 1;
      nodeOf[item] = (first[at] ?? 0) + node;
    }
    return nodes;
  }

  #oneByOne(alive: Int32Array, length: number): number {
    if (this.#places.length < length) this.#places = new Int32Array(length * 2);
    const nodes = this.#packer.pack(alive, length, this.#matrix.typeOf, this.#places);
    for (let index = 0; index < length; index++) this.nodeOf[alive[index] ?? 0] = this.#places[index] ?? -1;
    return nodes;
  }
}
