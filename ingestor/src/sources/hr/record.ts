/** One row of a feed as the directory tells it, names included: it never leaves the process but for the name file. */
export interface HrRecord {
  /** The directory's own id, stable over renames. */
  readonly id: string;
  /** Other ids that a manager may be referred to by: DN, employee number, SCIM id. */
  readonly otherIds: readonly string[];
  readonly username: string;
  readonly email: string;
  readonly displayName: string;
  readonly department: string;
  readonly costCenter: string;
  readonly division: string;
  readonly title: string;
  readonly role: string;
  readonly personType: string;
  readonly location: string;
  readonly timeZone: string;
  readonly managerRef: string;
  readonly active: boolean;
  /** Days as YYYY-MM-DD, null when not told. */
  readonly joinedOn: string | null;
  readonly leftOn: string | null;
  readonly validFrom: string | null;
  readonly groups: readonly string[];
  /** For errors: `line 17`, `entry 3`; never a name. */
  readonly where: string;
}

/** A complete read of a directory. */
export interface HrFeed {
  readonly records: readonly HrRecord[];
  /** Day label of the snapshot, YYYY-MM-DD. */
  readonly day: string;
  /** Rows that could not be read as a person, with the reason and place. */
  readonly invalid: readonly string[];
}

export interface RecordExtras {
  readonly otherIds?: readonly string[];
  readonly groups?: readonly string[];
  readonly active?: boolean;
  readonly where: string;
}

/** Field names a feed can fill, as in the CSV header. */
export const FIELDS = [
  'person_id',
  'username',
  'email',
  'display_name',
  'department',
  'cost_center',
  'division',
  'title',
  'role',
  'person_type',
  'location',
  'time_zone',
  'manager_id',
  'active',
  'joined_on',
  'left_on',
  'valid_from',
  'effective_from',
  'groups',
] as const;
export type Field = (typeof FIELDS)[number];

/** Makes a record of text fields, or says what is wrong with them. */
export function toRecord(fields: Readonly<Partial<Record<Field, string>>>, extras: RecordExtras): HrRecord | string {
  const text = (name: Field): string => (fields[name] ?? '').replace(/\s+/gu, ' ').trim();
  const username = text('username') || text('email');
  const id = text('person_id') || text('username');
  if (id === '') return `${extras.where}: neither person_id nor username`;
  if (username === '') return `${extras.where}: neither username nor email`;
  const days: Record<string, string | null> = {};
  for (const name of ['joined_on', 'left_on', 'valid_from', 'effective_from'] as const) {
    const day = parseDay(text(name));
    if (day === undefined) return `${extras.where}: ${name} is no day; YYYY-MM-DD is needed`;
    days[name] = day;
  }
  const active = extras.active ?? parseActive(text('active'));
  if (active === undefined) return `${extras.where}: active is neither true nor false`;
  return {
    id,
    otherIds: extras.otherIds ?? [],
    username,
    email: text('email'),
    displayName: text('display_name'),
    department: text('department'),
    costCenter: text('cost_center'),
    division: text('division'),
    title: text('title'),
    role: text('role'),
    personType: text('person_type'),
    location: text('location'),
    timeZone: text('time_zone'),
    managerRef: text('manager_id'),
    active,
    joinedOn: days['joined_on'] ?? null,
    leftOn: days['left_on'] ?? null,
    validFrom: days['effective_from'] ?? days['valid_from'] ?? null,
    groups:
      extras.groups ??
      text('groups')
        .split(/\s*[|;,]\s*/u)
        .filter((group) => group !== ''),
    where: extras.where,
  };
}

function parseActive(text: string): boolean | undefined {
  const value = text.toLowerCase();
  if (['', '1', 'true', 'yes', 'y', 't', 'active'].includes(value)) return true;
  return ['0', 'false', 'no', 'n', 'f', 'inactive', 'terminated'].includes(value) ? false : undefined;
}

/** `null` for empty, `undefined` for what is no day. Takes ISO days and times, and 20261122. */
function parseDay(text: string): string | null | undefined {
  if (text === '') return null;
  const match = /^(\d{4})-?(\d{2})-?(\d{2})(?:$|[T ])/u.exec(text);
  if (match === null) return undefined;
  const day = `${match[1] ?? ''}-${match[2] ?? ''}-${match[3] ?? ''}`;
  const time = Date.parse(`${day}T00:00:00Z`);
  return Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== day ? undefined : day;
}
