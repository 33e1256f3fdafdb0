import type { Organisation } from '../organisation.ts';
import { spellAt } from '../people.ts';
import type { ConnectPerson } from './model.ts';

/** People of the organisation as accounts of its Connect. */
export function connectPeople({ everybody, frame }: Organisation): ConnectPerson[] {
  return everybody.map((person) => ({
    username: person.username,
    rawUsername: person.rawUsername,
    email: person.email,
    department: spellAt(person, frame.now).department.name,
    leftOn: person.leftOn,
  }));
}

/** Accounts without an organisation around them, for tests of the source alone. */
export function someAccounts(count: number): ConnectPerson[] {
  return Array.from({ length: count }, (_, index) => ({
    username: `tester${index}`,
    rawUsername: index % 7 === 0 ? `TESTER${index}` : `tester${index}`,
    email: `tester${index}@example.com`,
    department: ['Oncology', 'Immunology', 'Safety'][index % 3] ?? '',
    leftOn: index % 11 === 4 ? 1 : null,
  }));
}
