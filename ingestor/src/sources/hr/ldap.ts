import { readFile } from 'node:fs/promises';
import { Client, type Entry } from 'ldapts';
import { SceError, messageOf } from '../../errors.ts';
import { redactor } from '../redact.ts';
import { readSecret } from '../secret.ts';
import type { LdapFeed } from './config.ts';
import { normaliseDn } from './dn.ts';
import { toRecord, type Field, type HrFeed, type HrRecord } from './record.ts';
import type { ReadOptions } from './scim.ts';

interface Preset {
  readonly filter: string;
  readonly attributes: Readonly<Partial<Record<Field, string>>>;
}

/** First attribute with a value wins. Photos, phones and addresses are never asked for. */
const PRESETS: Readonly<Record<LdapFeed['preset'], Preset>> = {
  inetorgperson: {
    filter: '(objectClass=inetOrgPerson)',
    attributes: {
      person_id: 'employeeNumber|uid',
      username: 'uid',
      email: 'mail',
      display_name: 'displayName|cn',
      department: 'departmentNumber|ou',
      division: 'o',
      title: 'title',
      person_type: 'employeeType',
      location: 'l',
      manager_id: 'manager',
    },
  },
  active_directory: {
    filter: '(&(objectCategory=person)(objectClass=user))',
    attributes: {
      person_id: 'employeeID|sAMAccountName',
      username: 'sAMAccountName',
      email: 'mail',
      display_name: 'displayName|cn',
      department: 'department',
      division: 'division',
      title: 'title',
      person_type: 'employeeType',
      location: 'l',
      manager_id: 'manager',
    },
  },
};

const ACCOUNT_DISABLED = 2;

/** Reads all people of a directory with paged results. Throws `SOURCE_FAILED`; a size limit reached is a failure, never a smaller company. */
export async function readLdap(feed: LdapFeed, options: ReadOptions): Promise<HrFeed> {
  const owner = `HR feed ${feed.name}`;
  const password = await readSecret(feed.bind_password_env, feed.bind_password_file, owner);
  const tlsOptions = feed.ca_file === '' ? {} : { ca: [await readFile(feed.ca_file)] };
  const client = new Client({
    url: feed.url,
    timeout: 60_000,
    connectTimeout: 10_000,
    ...(feed.url.startsWith('ldaps:') ? { tlsOptions } : {}),
  });
  const abort = (): void => void client.unbind().catch(() => undefined);
  options.signal.addEventListener('abort', abort, { once: true });
  try {
    if (feed.start_tls) await client.startTLS(tlsOptions);
    if (feed.bind_dn !== '') await client.bind(feed.bind_dn, password);
    const preset = PRESETS[feed.preset];
    const mapping = { ...preset.attributes, ...feed.attributes };
    const wanted = [...new Set(Object.values(mapping).flatMap((names) => names.split('|')))];
    const entries = await search(
      client,
      feed,
      {
        base: feed.base_dn,
        filter: feed.filter || preset.filter,
        attributes: [...wanted, 'userAccountControl', 'employeeNumber'],
      },
      options,
    );
    const members = await readGroups(client, feed, options);
    return toFeed(entries, mapping, members, options.day);
  } catch (error) {
    if (error instanceof SceError) throw error;
    throw new SceError(
      'SOURCE_FAILED',
      redactor([password])(`${owner}: ${feed.url}: ${messageOf(error) || 'the directory refused'}`),
      { cause: error },
    );
  } finally {
    options.signal.removeEventListener('abort', abort);
    await client.unbind().catch(() => undefined);
  }
}

interface SearchFor {
  readonly base: string;
  readonly filter: string;
  readonly attributes: string[];
}

async function search(client: Client, feed: LdapFeed, what: SearchFor, options: ReadOptions): Promise<Entry[]> {
  const entries: Entry[] = [];
  const pages = client.searchPaginated(what.base, {
    scope: 'sub',
    filter: what.filter,
    attributes: what.attributes,
    paged: { pageSize: feed.page_size },
  });
  for await (const page of pages) {
    options.signal.throwIfAborted();
    entries.push(...page.searchEntries);
    options.progress(entries.length, null, 'entries');
  }
  return entries;
}

/** DN (normalised) → access groups. A group that is not there is an error: no member is not the same as no group. */
async function readGroups(client: Client, feed: LdapFeed, options: ReadOptions): Promise<Map<string, string[]>> {
  const groups = new Map<string, string[]>();
  for (const [name, dn] of Object.entries(feed.groups)) {
    options.signal.throwIfAborted();
    for (const member of await membersOf(dn, async (attributes) => {
      options.signal.throwIfAborted();
      const { searchEntries } = await client.search(dn, { scope: 'base', attributes: [...attributes] });
      if (searchEntries[0] === undefined)
        throw new SceError('SOURCE_FAILED', `HR feed ${feed.name}: there is no group ${name} at the configured DN`);
      return searchEntries[0];
    })) {
      const key = normaliseDn(member);
      groups.set(key, [...(groups.get(key) ?? []), name]);
    }
  }
  return groups;
}

/**
 * All members of a group. Active Directory gives 1,500 at a time, as `member;range=0-1499`, and the last ones as `…-*`:
 * whoever asks once only believes that everybody else has lost access. `read` asks for attributes of the group.
 */
export async function membersOf(
  dn: string,
  read: (attributes: readonly string[]) => Promise<Entry>,
): Promise<string[]> {
  let entry = await read(['member', 'uniqueMember']);
  const members = [...values(entry, 'member'), ...values(entry, 'uniqueMember')];
  for (let next = 0; ;) {
    const part = Object.keys(entry).find((attribute) => /^member;range=/iu.test(attribute));
    if (part === undefined) return members;
    const [, from, to] = /^member;range=(\d+)-(\d+|\*)$/iu.exec(part) ?? [];
    if (from !== String(next))
      throw new SceError('SOURCE_FAILED', `the directory answered "${part}" for the members of ${dn} from ${next} on`);
    members.push(...values(entry, part));
    if (to === '*') return members;
    next = Number(to) + 1;
    entry = await read([`member;range=${next}-*`]);
  }
}

function toFeed(
  entries: readonly Entry[],
  mapping: Readonly<Record<string, string>>,
  members: ReadonlyMap<string, string[]>,
  day: string,
): HrFeed {
  const records: HrRecord[] = [];
  const invalid: string[] = [];
  entries.forEach((entry, index) => {
    const fields: Partial<Record<Field, string>> = {};
    for (const [field, names] of Object.entries(mapping)) {
      const found = names.split('|').flatMap((name) => values(entry, name))[0];
      if (found !== undefined) fields[field as Field] = found;
    }
    const dn = normaliseDn(entry.dn);
    const control = Number(values(entry, 'userAccountControl')[0] ?? 0);
    const record = toRecord(
      { ...fields, ...(fields.manager_id === undefined ? {} : { manager_id: normaliseDn(fields.manager_id) }) },
      {
        where: `entry ${index + 1}`,
        otherIds: [dn, ...values(entry, 'employeeNumber')],
        groups: members.get(dn) ?? [],
        ...((control & ACCOUNT_DISABLED) !== 0 ? { active: false } : {}),
      },
    );
    if (typeof record === 'string') invalid.push(record);
    else records.push(record);
  });
  return { records, invalid, day };
}

/** Text values of an attribute in any case of its name; binary values name nobody and are left out. */
function values(entry: Entry | undefined, name: string): string[] {
  if (entry === undefined) return [];
  const key = Object.keys(entry).find((attribute) => attribute.toLowerCase() === name.toLowerCase());
  const value = key === undefined ? undefined : entry[key];
  const list = Array.isArray(value) ? value : value === undefined ? [] : [value];
  return list.filter((item): item is string => typeof item === 'string' && item !== '');
}
