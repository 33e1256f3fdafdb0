import type { BucketMatrix } from './bucket-matrix.ts';
import { RunPacker } from './run-packer.ts';
import type { SizePlan } from './size-plan.ts';
import { packTied } from './tied-packer.ts';

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
  const packer = new RunPacker(plan);
  const groupNodes = new Int32Array(groups);
  const groupUnfit = new Int32Array(groups);
  let isTied = false;
  for (let group = 0; group < groups; group++) {
    const nodes = packer.packedNodes(matrix.counts, group * width);
    groupNodes[group] = nodes;
    groupUnfit[group] = packer.unfit;
    isTied ||= nodes === -1;
  }
  const nodes = matrix.groupOf.map((group) => groupNodes[group] ?? 0);
  const unfit = matrix.groupOf.map((group) => groupUnfit[group] ?? 0);
  if (isTied) packTied(matrix, plan, nodes);
  return { nodes, unfit, ...nodesAskedFor(matrix, plan) };
}

function nodesAskedFor({ bucketsOfType }: BucketMatrix, plan: SizePlan): { coreNodes: number; memoryNodes: number } {
  let [coreNodes, memoryNodes] = [0, 0];
  for (const [type, buckets] of bucketsOfType.entries()) {
    const size = plan.sizeOfType[type] ?? 0;
    if (plan.classOfSize[size] === -1) continue;
    coreNodes += (buckets * (plan.millicores[size] ?? 0)) / plan.shape.millicores;
    memoryNodes += (buckets * (plan.memoryBytes[size] ?? 0)) / plan.shape.memoryBytes;
  }
  return { coreNodes, memoryNodes };
}

export type Binding = 'cores' | 'memory' | 'both' | 'nothing';

/** The dimension that decides the number of nodes. */
export function bindingOf({ coreNodes, memoryNodes }: Pick<PackedRange, 'coreNodes' | 'memoryNodes'>): Binding {
  if (coreNodes === 0 && memoryNodes === 0) return 'nothing';
  if (Math.abs(coreNodes - memoryNodes) <= 1e-9 * coreNodes) return 'both';
  return coreNodes > memoryNodes ? 'cores' : 'memory';
}
