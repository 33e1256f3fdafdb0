import { readFile } from 'node:fs/promises';
import { SceError } from '../../errors.ts';
import { HttpClient } from '../http-client.ts';
import { readSecret } from '../secret.ts';
import type { ScimFeed } from './config.ts';
import { toRecord, type HrFeed, type HrRecord } from './record.ts';

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

type Json = Readonly<Record<string, unknown>>;

export interface ReadOptions {
  readonly day: string;
  readonly signal: AbortSignal;
  progress(done: number, total: number | null, what: string): void;
}

/** Reads all users (RFC 7644). Throws `SOURCE_FAILED` when the pages do not add up to what the server says it has. */
export async function readScim(feed: ScimFeed, options: ReadOptions): Promise<HrFeed> {
  const token = await readSecret(feed.token_env, feed.token_file, `HR feed ${feed.name}`);
  const http = new HttpClient({
    name: `HR feed ${feed.name}`,
    baseUrl: feed.base_url,
    headers: {
      ...(token === '' ? {} : { authorization: `Bearer ${token}` }),
      accept: 'application/scim+json, application/json',
    },
    signal: options.signal,
    ...(feed.ca_file === '' ? {} : { ca: await readFile(feed.ca_file, 'utf8') }),
  });
  try {
    const users = new Map<string, Json>();
    // No order is promised: a user may slip between two pages. A second pass finds whom the first one missed.
    for (let pass = 1; pass <= 2; pass++) {
      const total = await readPages(http, feed, users, options);
      if (users.size === total) return toFeed([...users.values()], options.day);
    }
    throw new SceError(
      'SOURCE_FAILED',
      `HR feed ${feed.name}: the pages brought ${users.size} users, not as many as totalResults says, twice; nothing was taken over`,
    );
  } finally {
    await http.close();
  }
}

async function readPages(
  http: HttpClient,
  feed: ScimFeed,
  users: Map<string, Json>,
  options: ReadOptions,
): Promise<number> {
  let startIndex = 1;
  for (;;) {
    const { json } = await http.getJson('Users', {
      headers: { accept: 'application/scim+json, application/json' },
      query: { startIndex, count: feed.page_size, ...(feed.filter === '' ? {} : { filter: feed.filter }) },
    });
    const page = asObject(json);
    const total = Number(page['totalResults']);
    if (!Number.isInteger(total))
      throw new SceError(
        'SOURCE_FAILED',
        `HR feed ${feed.name}: the answer has no totalResults; is ${feed.base_url} a SCIM 2.0 address?`,
      );
    const resources = Array.isArray(page['Resources']) ? page['Resources'].map(asObject) : [];
    for (const user of resources) {
      const id = asText(user['id']);
      if (id !== '') users.set(id, user);
    }
    options.progress(users.size, total, 'users');
    startIndex += resources.length;
    if (resources.length === 0 || startIndex > total) return total;
  }
}

function toFeed(users: readonly Json[], day: string): HrFeed {
  const records: HrRecord[] = [];
  const invalid: string[] = [];
  users.forEach((user, index) => {
    const record = toHrRecord(user, `entry ${index + 1}`);
    if (typeof record === 'string') invalid.push(record);
    else records.push(record);
  });
  return { records, invalid, day };
}

function toHrRecord(user: Json, where: string): HrRecord | string {
  const enterprise = asObject(user[ENTERPRISE]);
  const manager = enterprise['manager'];
  const emails = asList(user['emails']);
  const email = emails.find((entry) => entry['primary'] === true) ?? emails[0] ?? {};
  const location = asList(user['addresses']).find((entry) => entry['type'] === 'work') ?? {};
  return toRecord(
    {
      person_id: asText(user['externalId']) || asText(user['id']),
      username: asText(user['userName']),
      email: asText(email['value']),
      display_name: asText(user['displayName']) || asText(asObject(user['name'])['formatted']),
      department: asText(enterprise['department']),
      cost_center: asText(enterprise['costCenter']),
      division: asText(enterprise['division']),
      title: asText(user['title']),
      person_type: asText(user['userType']),
      location: asText(location['locality']) || asText(location['country']),
      time_zone: asText(user['timezone']),
      // Some identity providers send the id itself.
      manager_id: typeof manager === 'object' ? asText(asObject(manager)['value']) : asText(manager),
    },
    {
      where,
      otherIds: [asText(user['id']), asText(enterprise['employeeNumber'])].filter((id) => id !== ''),
      groups: asList(user['groups']).map((group) => asText(group['display']) || asText(group['value'])),
      active: user['active'] !== false && asText(user['active']).toLowerCase() !== 'false',
    },
  );
}

function asObject(value: unknown): Json {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as Json) : {};
}

function asList(value: unknown): Json[] {
  return Array.isArray(value) ? value.map(asObject) : [];
}

function asText(value: unknown): string {
  return typeof value === 'string'
    ? value
    : typeof value === 'number' || typeof value === 'boolean'
      ? String(value)
      : '';
}
