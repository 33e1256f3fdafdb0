/** What a role's containers would request; null: as today. */
export interface Candidate {
  readonly cores: number | null;
  readonly memoryGb: number | null;
}
/** By role as the view shows it; `*`: everybody, where it is not grouped by role. */
export type Candidates = ReadonlyMap<string, Candidate>;

export const everybody = '*';
const hidden = ' more (merged)';

/** The roles in a label of the view: small groups are merged to `A + B`. Null: it names only some of them. */
export function rolesOf(label: string): string[] | null {
  return label.endsWith(hidden) ? null : label.split(' + ');
}

/** Parameter `candidates` of view `what-if`: `Analyst=2`, `Analyst=2/16`, `*=/16`, sorted so that equal ones are equal texts. */
export function candidateTexts(candidates: Candidates): string[] {
  const texts: string[] = [];
  for (const [label, { cores, memoryGb }] of candidates) {
    if (cores === null && memoryGb === null) continue;
    const size = `${cores === null ? '' : String(cores)}${memoryGb === null ? '' : `/${String(memoryGb)}`}`;
    for (const role of label === everybody ? [everybody] : (rolesOf(label) ?? [])) texts.push(`${role}=${size}`);
  }
  return texts.sort();
}

/** The candidates with one changed; null cores and memory take it out. */
export function withCandidate(candidates: Candidates, label: string, candidate: Candidate): Candidates {
  const next = new Map(candidates);
  if (candidate.cores === null && candidate.memoryGb === null) next.delete(label);
  else next.set(label, candidate);
  return next;
}
