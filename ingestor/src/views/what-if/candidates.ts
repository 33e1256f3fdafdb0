import { SceError } from '../../errors.ts';
import { notSized } from '../sizing/pool-spans.ts';
import type { ContainerType } from '../sizing/bucket-matrix.ts';
import type { Size } from '../sizing/size-plan.ts';

/** A candidate request; null: as today. */
export interface Candidate {
  readonly cores: number | null;
  readonly memoryGb: number | null;
}
/** Role → candidate; `*` stands for every role without one of its own. */
export type Candidates = ReadonlyMap<string, Candidate>;

const form = /^(.+)=(\d+(?:\.\d+)?)?(?:\/(\d+(?:\.\d+)?))?$/;

/** Reads `Analyst=2`, `Analyst=2/16` (cores and GB), `*=/16`. Throws `INVALID_PARAMETER`. */
export function parseCandidates(texts: readonly string[]): Candidates {
  const candidates = new Map<string, Candidate>();
  for (const text of texts) {
    const [, role, cores, memory] = form.exec(text.trim()) ?? [];
    if (role === undefined || (cores === undefined && memory === undefined))
      throw new SceError(
        'INVALID_PARAMETER',
        `candidates has "${text}"; role=cores or role=cores/GB is needed, such as Analyst=2/16, *=2 or *=/16`,
      );
    if (candidates.has(role.trim()))
      throw new SceError('INVALID_PARAMETER', `candidates has two requests for "${role.trim()}"; give one`);
    candidates.set(role.trim(), {
      cores: cores === undefined ? null : Number(cores),
      memoryGb: memory === undefined ? null : Number(memory),
    });
  }
  return candidates;
}

/** The candidate of a role, if there is one. Containers that are nobody's interactive ones have none. */
export function candidateOf(role: string, candidates: Candidates): Candidate | undefined {
  return role === notSized ? undefined : (candidates.get(role) ?? candidates.get('*'));
}

/** The size that a type would have. */
export function candidateSize(type: ContainerType, candidates: Candidates): Size {
  const { cores, memoryGb } = candidateOf(type.role, candidates) ?? { cores: null, memoryGb: null };
  return {
    millicores: cores === null ? type.millicores : Math.round(cores * 1000),
    memoryBytes: memoryGb === null ? type.memoryBytes : Math.round(memoryGb * 2 ** 30),
  };
}
