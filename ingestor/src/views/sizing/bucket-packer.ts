import { NodePacker } from './packing.ts';
import type { SizePlan } from './size-plan.ts';

/** Packs the containers of one bucket one by one, in the order of their ids: the literal rule, for where that order matters. */
export class BucketPacker {
  readonly #plan: SizePlan;
  readonly #packer: NodePacker;
  readonly #classOfType: Int32Array;
  readonly #from: Int32Array;
  readonly #offsets: Int32Array;
  #order = new Int32Array(1024);
  /** Containers of the last bucket that fit no node. */
  unfit = 0;

  constructor(plan: SizePlan) {
    this.#plan = plan;
    this.#packer = new NodePacker(plan.shape);
    this.#classOfType = plan.sizeOfType.map((size) => plan.classOfSize[size] ?? -1);
    this.#from = new Int32Array(plan.millicores.length);
    this.#offsets = new Int32Array(plan.classes + 1);
  }

  /**
   * Nodes for the containers `items[0 … length)`, which are in the order of their ids. `typeOf`: item → type. `nodeOf` receives the
   * node of each place in `items`, −1 for what fits none.
   */
  pack(items: Int32Array, length: number, typeOf: Int32Array, nodeOf?: Int32Array): number {
    const { sizeOfType, millicores, memoryBytes } = this.#plan;
    const [classOfType, packer] = [this.#classOfType, this.#packer];
    let unfit = 0;
    if (this.#order.length < length) this.#order = new Int32Array(length * 2);
    const [order, offsets, from] = [this.#order, this.#offsets, this.#from];
    offsets.fill(0);
    for (let at = 0; at < length; at++) {
      const ofClass = classOfType[typeOf[items[at] ?? 0] ?? 0] ?? -1;
      if (ofClass === -1) unfit++;
      else offsets[ofClass + 1] = (offsets[ofClass + 1] ?? 0) + 1;
    }
    for (let index = 1; index < offsets.length; index++)
      offsets[index] = (offsets[index] ?? 0) + (offsets[index - 1] ?? 0);
    for (let at = 0; at < length; at++) {
      const ofClass = classOfType[typeOf[items[at] ?? 0] ?? 0] ?? -1;
      if (ofClass === -1) {
        if (nodeOf) nodeOf[at] = -1;
        continue;
      }
      const place = offsets[ofClass] ?? 0;
      order[place] = at;
      offsets[ofClass] = place + 1;
    }
    this.unfit = unfit;
    packer.reset();
    from.fill(0);
    const placed = length - unfit;
    for (let index = 0; index < placed; index++) {
      const at = order[index] ?? 0;
      const size = sizeOfType[typeOf[items[at] ?? 0] ?? 0] ?? 0;
      const node = packer.place(millicores[size] ?? 0, memoryBytes[size] ?? 0, from[size] ?? 0);
      from[size] = node;
      if (nodeOf) nodeOf[at] = node;
    }
    return packer.nodes;
  }
}
