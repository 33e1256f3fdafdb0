import type { Organisation } from '../organisation.ts';
import { spellAt } from '../people.ts';
import type { ClusterRun, ConnectPerson } from './model.ts';

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

/** What Connect has run in the organisation's cluster until now. */
export function connectRuns({ cluster, frame }: Organisation): ClusterRun[] {
  return cluster.pods
    .filter(({ plan, endedAt }) => plan.kind === 'connect' && plan.owner?.kind === 'Job' && endedAt <= frame.now)
    .map(({ plan, startedAt, endedAt }) => ({
      name: plan.owner?.name ?? '',
      startedAt: Math.floor(startedAt / 1000) * 1000,
      endedAt: Math.floor(endedAt / 1000) * 1000,
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
