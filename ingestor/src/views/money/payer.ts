import { personAttributes, allValues, unattributed } from '../shared/columns.ts';
import type { UsageLine } from './usage-lines.ts';

/** Kinds of containers whose user, owner or submitter pays; the rest is the platform's. */
const paidByUser = new Set(['interactive', 'connect', 'batch']);

export const payers = {
  people: 'people',
  nobody: 'no user',
  platform: 'platform',
  infraIdle: 'infra idle',
  notCharged: 'reserved, not charged',
  invoice: 'invoice difference',
} as const;
export type Payer = (typeof payers)[keyof typeof payers];

/** Values of the attribute columns of rows that are nobody's. */
export const noPerson = '–';

export interface PayerLabels {
  readonly payer: Payer;
  readonly department: string;
  readonly role: string;
  readonly is_manager: string;
}

/** Who pays for a line: its user; nobody (a user's container whose user is not known); the platform. */
export function payerOf(line: Pick<UsageLine, 'kind' | 'person'>): Payer {
  if (!paidByUser.has(line.kind)) return payers.platform;
  return line.person === null ? payers.nobody : payers.people;
}

/** The person who pays, or null. */
export function payingPerson(line: UsageLine): string | null {
  return payerOf(line) === payers.people ? line.person : null;
}

/** Payer and attributes of a line; attributes not grouped by are `all`, people not in the directory `unattributed`. */
export function payerLabels(line: UsageLine, attributes: readonly string[]): PayerLabels {
  const payer = payerOf(line);
  if (payer !== payers.people) return nobodysLabels(payer, attributes);
  const [department, role, isManager] = personAttributes.map((name) =>
    attributes.includes(name) ? (line.attributes?.[name] ?? unattributed) : allValues,
  );
  return { payer, department: department ?? '', role: role ?? '', is_manager: isManager ?? '' };
}

/** Labels of a row that is not about people: `unattributed` without a user, `–` for what is the platform's. */
export function nobodysLabels(payer: Payer, attributes: readonly string[]): PayerLabels {
  const value = payer === payers.nobody ? unattributed : noPerson;
  const [department, role, isManager] = personAttributes.map((name) => (attributes.includes(name) ? value : allValues));
  return { payer, department: department ?? '', role: role ?? '', is_manager: isManager ?? '' };
}
