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
  const spell = spellAt(person, Date.parse(dateOf(ms)));
  return { department: spell.department.name, role: spell.role };
}
