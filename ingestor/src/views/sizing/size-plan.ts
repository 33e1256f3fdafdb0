import { dominantShare, type NodeShape } from './packing.ts';

/** What a container asks for. */
export interface Size {
  readonly millicores: number;
  readonly memoryBytes: number;
}

/**
 * The order in which sizes are packed on a shape. Types (role and today's request) with the same size become one *size*; sizes
 * with the same dominant share become one *class*, in which containers come by id.
 */
export interface SizePlan {
  readonly shape: NodeShape;
  /** Type → index of its size; sizes in packing order. */
  readonly sizeOfType: Int32Array;
  readonly millicores: Float64Array;
  readonly memoryBytes: Float64Array;
  /** Size → class, ascending in packing order; −1: fits no node. */
  readonly classOfSize: Int32Array;
  readonly classes: number;
}

/** Sorts the sizes of types for packing: largest dominant share first. */
export function planSizes(types: readonly Size[], shape: NodeShape): SizePlan {
  const distinct = new Map<string, Size & { share: number }>();
  for (const { millicores, memoryBytes } of types)
    distinct.set(`${millicores}/${memoryBytes}`, {
      millicores,
      memoryBytes,
      share: dominantShare(millicores, memoryBytes, shape),
    });
  const sorted = [...distinct.entries()].sort(
    ([, a], [, b]) => b.share - a.share || b.millicores - a.millicores || b.memoryBytes - a.memoryBytes,
  );
  const indexOf = new Map(sorted.map(([key], index) => [key, index]));
  const classOfSize = new Int32Array(sorted.length);
  let classes = 0;
  let previous = Number.NaN;
  for (const [index, [, size]] of sorted.entries()) {
    if (size.millicores > shape.millicores || size.memoryBytes > shape.memoryBytes) classOfSize[index] = -1;
    else {
      if (size.share !== previous) classes++;
      previous = size.share;
      classOfSize[index] = classes - 1;
    }
  }
  return {
    shape,
    sizeOfType: Int32Array.from(types, (size) => indexOf.get(`${size.millicores}/${size.memoryBytes}`) ?? 0),
    millicores: Float64Array.from(sorted, ([, size]) => size.millicores),
    memoryBytes: Float64Array.from(sorted, ([, size]) => size.memoryBytes),
    classOfSize,
    classes,
  };
}
