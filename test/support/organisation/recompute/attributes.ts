import type { Organisation } from '../organisation.ts';
import { spellAt } from '../people.ts';
import { dateOf } from './calendar.ts';

/** Department and role of a person on the organisation's day that holds a time, or `unattributed`. */
export function attributesAt(
  { everybody }: Organisation,
  index: number | null,
  ms: number,
): { readonly department: string; readonly role: string } {
  const person = everybody[index ?? -1];
  if (person === undefined) return { department: 'unattributed', role: 'unattributed' };
  // The directory dates a change by its day; the day is the organisation's.
  const day = Date.parse(dateOf(ms));
  // What is left of a leaver's containers stays with the last department.
  const last = person.spells.at(-1);
  const spell = last !== undefined && day >= last.to ? last : spellAt(person, day);
  return { department: spell.department.name, role: spell.role };
}
