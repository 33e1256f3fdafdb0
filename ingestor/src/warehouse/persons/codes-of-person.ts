import { loadNames } from '../../identity/names.ts';
import { normaliseUser } from '../../identity/normalise-user.ts';
import type { Pseudonymiser } from '../../identity/pseudonym.ts';
import type { WarehouseReader } from '../warehouse.ts';
import { batches, literal } from './expired.ts';

const code = /^[a-z]+_[0-9a-f]{16}$/u;
/** Statements hold no more codes than this at once. */
const perSearch = 200;

export interface PersonCodes {
  /** Person keys and directory ids: what the person is known by. */
  readonly keys: readonly string[];
  /** Those and the codes of what is named after the person and theirs alone: pods, claims, sessions, servers. */
  readonly all: readonly string[];
}

/**
 * Everything that stands for a person: ids as given (names, addresses, directory ids or codes), other keys of the same person
 * in `identities`, the directory id, and the codes of their pods, claims and sessions. A code that others use too is nobody's
 * and left out.
 */
export async function codesOfPerson(
  reader: WarehouseReader,
  ids: readonly string[],
  options: { readonly pseudonymiser: Pseudonymiser; readonly dataDir?: string },
): Promise<PersonCodes> {
  const given = ids.flatMap((id) => (code.test(id) ? [id] : asGiven(id, options.pseudonymiser)));
  const keys = await sameKeys(reader, new Set(given.filter((each) => each !== '')));
  if (options.dataDir !== undefined) await addMail(keys, options.dataDir, options.pseudonymiser);
  const own = await ownCodes(reader, [...(await sameKeys(reader, keys))]);
  const derived = ids.flatMap((id) => (code.test(id) ? [] : namedAfter(id, options.pseudonymiser)));
  return { keys: [...keys].sort(), all: [...new Set([...keys, ...own, ...derived])].sort() };
}

function asGiven(id: string, pseudonymiser: Pseudonymiser): string[] {
  return [pseudonymiser.person(id), pseudonymiser.text('p', id.trim()), pseudonymiser.person(id.split('@')[0] ?? id)];
}

/** What KubeSpawner names after a user, whether the containers' rows still say so or not. */
function namedAfter(id: string, pseudonymiser: Pseudonymiser): string[] {
  const name = normaliseUser(id);
  if (name === '') return [];
  // Characters that no object name may have become "-" and their code, as in KubeSpawner's escape scheme.
  const escaped = [...Buffer.from(name)]
    .map((byte) =>
      /[a-z0-9]/u.test(String.fromCharCode(byte))
        ? String.fromCharCode(byte)
        : `-${byte.toString(16).padStart(2, '0')}`,
    )
    .join('');
  return [...new Set([name, escaped])].flatMap((user) => [
    ...['pod', 'owner', 'name', 'path'].map((prefix) => pseudonymiser.text(prefix, `jupyter-${user}`)),
    ...['pvc', 'name'].map((prefix) => pseudonymiser.text(prefix, `claim-${user}`)),
  ]);
}

/** Closes a set of keys over `identities` and directory ids. */
async function sameKeys(reader: WarehouseReader, keys: Set<string>): Promise<Set<string>> {
  for (let size = -1; size !== keys.size;) {
    size = keys.size;
    const list = [...keys].map(literal).join(', ');
    if (list === '') break;
    const rows = [
      ...(await reader.rows<Pair>(
        `select distinct key as a, person_key as b from identities where key in (${list}) or person_key in (${list})`,
      )),
      ...(await reader.rows<Pair>(
        `select distinct person_key as a, person_id as b from people where person_key in (${list}) or person_id in (${list})`,
      )),
    ];
    for (const { a, b } of rows) for (const each of [a, b]) if (each) keys.add(each);
  }
  return keys;
}

interface Pair {
  readonly a: string | null;
  readonly b: string | null;
}

/** The private name file knows the address that belongs to a key. */
async function addMail(keys: Set<string>, dataDir: string, pseudonymiser: Pseudonymiser): Promise<void> {
  const names = await loadNames(dataDir);
  for (const key of [...keys]) {
    const mail = names.get(key)?.email ?? '';
    if (mail !== '') keys.add(pseudonymiser.person(mail));
  }
}

/** Columns that name things of a person, beside the columns that say whose they are. */
const possessions = [
  { table: 'volume_owners', owners: ['user_key'], columns: ['claim'] },
  { table: 'containers', owners: ['user_key'], columns: ['pod', 'owner_name', 'session', 'server_name'] },
  { table: 'platform_events', owners: ['person', 'server_user'], columns: ['pod', 'session', 'server_name', 'path'] },
  { table: 'home_drives', owners: ['owner'], columns: ['drive'] },
  // An account that the server no longer lists is known by its code alone.
  { table: 'connect_users', owners: ['person'], columns: ['account'] },
] as const;

async function ownCodes(reader: WarehouseReader, keys: readonly string[]): Promise<Set<string>> {
  const own = new Set<string>();
  if (keys.length === 0) return own;
  const list = keys.map(literal).join(', ');
  for (const { table, owners, columns } of possessions)
    for (const column of columns)
      for (const owner of owners) {
        const rows = await reader.rows<{ code: string }>(
          `select distinct ${column} as code from ${table} where ${owner} in (${list}) and ${column} ~ '^[a-z]+_[0-9a-f]{16}$'`,
        );
        const shared = new Set<string>();
        for (const batch of batches(
          rows.map((row) => row.code),
          perSearch,
        ))
          for (const row of await reader.rows<{ code: string }>(
            `select distinct ${column} as code from ${table}
             where ${column} in (${batch.map(literal).join(', ')}) and ${owner} is not null and ${owner} not in (${list})`,
          ))
            shared.add(row.code);
        for (const row of rows) if (!shared.has(row.code)) own.add(row.code);
      }
  const pods = new Set([...own].filter((each) => each.startsWith('pod_')));
  for (const row of await reader.rows<{ pod: string | null }>(
    `select distinct pod from series where labels ~ '${keys.join('|')}' and pod is not null`,
  ))
    if (row.pod !== null && code.test(row.pod)) pods.add(row.pod);
  for (const pod of pods) own.add(pod);
  for (const claim of await claimsOf(reader, pods)) own.add(claim);
  return own;
}

const claimLabels = ['persistentvolumeclaim', 'claim_name'];

/** Claims that only these pods mount. */
async function claimsOf(reader: WarehouseReader, pods: ReadonlySet<string>): Promise<string[]> {
  if (pods.size === 0) return [];
  const mounts = await reader.rows<{ pod: string | null; labels: string }>(
    "select distinct pod, labels from series where metric = 'kube_pod_spec_volumes_persistentvolumeclaims_info'",
  );
  const mine = new Set<string>();
  const others = new Set<string>();
  for (const { pod, labels } of mounts) {
    const parsed = JSON.parse(labels) as Record<string, string>;
    for (const label of claimLabels) {
      const claim = parsed[label];
      if (claim !== undefined && code.test(claim)) (pods.has(pod ?? '') ? mine : others).add(claim);
    }
  }
  return [...mine].filter((claim) => !others.has(claim));
}
