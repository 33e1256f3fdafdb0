import { Pseudonymiser } from '../../../ingestor/src/identity/pseudonym.ts';

export const now = new Date('2026-11-22T03:00:00Z');
export const pseudonymiser = new Pseudonymiser({
  key: Buffer.from('0123456789abcdef0123456789abcdef'),
  privacy: { pseudonyms: true, personal_labels: [] },
});
export const person = (n: number): string => pseudonymiser.person(`person${n}`);
export const at = (text: string): Date => new Date(`${text}Z`);

/** 0–9 Oncology, 10–15 Safety, 16–17 Board (too few), 18–22 not in the directory. 1 moves to Safety in mid-January 2025; 2 left in July 2026, 3 in October 2026. */
export const homeOf = (n: number): string | null => (n < 10 ? 'Oncology' : n < 16 ? 'Safety' : n < 18 ? 'Board' : null);
export const everybody = Array.from({ length: 23 }, (_, n) => n);
