import { walkBuckets, type BucketMatrix } from './bucket-matrix.ts';
import { BucketPacker } from './bucket-packer.ts';
import type { SizePlan } from './size-plan.ts';

export interface PackedRange {
  /** Nodes needed in each bucket. */
  readonly nodes: Int32Array;
  /** Containers in each bucket that fit no node. */
  readonly unfit: Int32Array;
  /** Σ cores (memory) asked for by what was packed ÷ that of one node, summed over buckets: the larger one binds. */
  readonly coreNodes: number;
  readonly memoryNodes: number;
}

/** Packs every bucket. Exact: buckets with the same counts are packed once, and one by one where the order of ids matters. */
export function packRange(matrix: BucketMatrix, plan: SizePlan): PackedRange {
  const width = matrix.types.length;
  const groups = matrix.bucketsOfGroup.length;
  const packer = new BucketPacker(plan);
  const groupNodes = new Int32Array(groups);
  const groupUnfit = new Int32Array(groups);
  let coreNodes = 0;
  let memoryNodes = 0;
  let isTied = false;
  for (let group = 0; group < groups; group++) {
    const counts = matrix.counts.subarray(group * width, (group + 1) * width);
    const nodes = packer.packCounts(counts);
    groupNodes[group] = nodes;
    groupUnfit[group] = packer.unfit;
    isTied ||= nodes === -1;
    const times = matrix.bucketsOfGroup[group] ?? 0;
    for (let type = 0; type < width; type++) {
      const size = plan.sizeOfType[type] ?? 0;
      if (plan.classOfSize[size] === -1) continue;
      const count = times * (counts[type] ?? 0);
      coreNodes += (count * (plan.millicores[size] ?? 0)) / plan.shape.millicores;
      memoryNodes += (count * (plan.memoryBytes[size] ?? 0)) / plan.shape.memoryBytes;
    }
  }
  const nodes = matrix.groupOf.map((group) => groupNodes[group] ?? 0);
  const unfit = matrix.groupOf.map((group) => groupUnfit[group] ?? 0);
  if (isTied)
    walkBuckets(matrix, 0, matrix.buckets, (bucket, alive, length) => {
      if (nodes[bucket] !== -1) return;
      nodes[bucket] = packer.pack(alive, length, matrix.typeOf);
      unfit[bucket] = packer.unfit;
    });
  return { nodes, unfit, coreNodes, memoryNodes };
}

export type Binding = 'cores' | 'memory' | 'both' | 'nothing';

/** The dimension that decides the number of nodes. */
export function bindingOf({ coreNodes, memoryNodes }: Pick<PackedRange, 'coreNodes' | 'memoryNodes'>): Binding {
  if (coreNodes === 0 && memoryNodes === 0) return 'nothing';
  if (Math.abs(coreNodes - memoryNodes) <= 1e-9 * coreNodes) return 'both';
  return coreNodes > memoryNodes ? 'cores' : 'memory';
}
