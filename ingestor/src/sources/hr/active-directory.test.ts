import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeCertificates, type Certificates } from '../../../../test/support/certificates.ts';
import { readPeopleOf } from '../../../../test/support/read-ldap.ts';
import { LDAP_BASE, LDAP_PASSWORD, Slapd } from '../../../../test/support/fakes/slapd.ts';
import { membersOf } from './ldap.ts';
import type { HrFeed } from './record.ts';

/** Entries of Active Directory's own class `user`, with what its schema demands. */
function user(name: string, attributes: Readonly<Record<string, string>>): string {
  const all = {
    objectClass: 'user',
    instanceType: '4',
    nTSecurityDescriptor: 'none',
    objectCategory: 'CN=Person,CN=Schema,CN=Configuration',
    cn: name,
    sn: name,
    ...attributes,
  };
  const lines = Object.entries(all).map(([attribute, value]) => `${attribute}: ${value}`);
  return [`dn: CN=${name},ou=people,${LDAP_BASE}`, 'objectClass: extensibleObject', ...lines].join('\n');
}

const ldif = [
  user('Kim Boss', {
    sAMAccountName: 'KBoss',
    employeeID: '100',
    department: 'Oncology',
    userAccountControl: '512',
    mail: 'Kim.Boss@example.com',
  }),
  user('Jo Meier', {
    sAMAccountName: 'jmeier',
    department: 'Oncology',
    title: 'Statistician',
    userAccountControl: '66048',
    manager: `CN=Kim Boss,OU=People,${LDAP_BASE.toUpperCase()}`,
  }),
  // 514 = normal account (512), disabled (2).
  user('Al Gone', { sAMAccountName: 'agone', employeeID: '102', department: 'Safety', userAccountControl: '514' }),
].join('\n\n');

let certificates: Certificates;
let slapd: Slapd;
let passwordFile: string;

beforeAll(async () => {
  certificates = await makeCertificates();
  slapd = await Slapd.start({ ldif, schemas: ['nis', 'msuser'], tls: certificates });
  passwordFile = join(mkdtempSync(join(tmpdir(), 'sce-ad-')), 'password');
  writeFileSync(passwordFile, `${LDAP_PASSWORD}\n`);
});
afterAll(() => slapd.stop());

function read(options: Record<string, unknown>): Promise<HrFeed> {
  return readPeopleOf({
    name: 'ad',
    preset: 'active_directory',
    bind_password_file: passwordFile,
    // Only Active Directory itself understands its preset's (objectCategory=person).
    filter: '(objectClass=user)',
    ...options,
  });
}

describe('TLS', () => {
  it.each<[string, () => Record<string, unknown>]>([
    ['LDAPS', () => ({ url: slapd.tlsUrl, ca_file: certificates.caFile })],
    ['StartTLS', () => ({ url: slapd.url, start_tls: true, ca_file: certificates.caFile })],
  ])('%s, with the certificate authority of the house', async (_, options) => {
    expect((await read(options())).records).toHaveLength(3);
  });

  it.each<[string, () => Record<string, unknown>]>([
    ['LDAPS', () => ({ url: slapd.tlsUrl })],
    ['StartTLS', () => ({ url: slapd.url, start_tls: true })],
  ])('%s fails where nobody vouches for the server', async (_, options) => {
    const error = await read(options()).catch((thrown: unknown) => thrown as Error);
    expect(error).toMatchObject({ code: 'SOURCE_FAILED' });
    expect((error as Error).message).toMatch(/certificate|self.signed|issuer/i);
    expect((error as Error).message).not.toContain(LDAP_PASSWORD);
  });
});

describe('the preset for Active Directory', () => {
  it('reads accounts, whole DNs of managers, and who is disabled', async () => {
    const { records, invalid } = await read({ url: slapd.tlsUrl, ca_file: certificates.caFile });
    expect(invalid).toEqual([]);
    const found = new Map(records.map((record) => [record.username, record]));
    expect(found.get('KBoss')).toMatchObject({
      id: '100',
      department: 'Oncology',
      active: true,
      email: 'Kim.Boss@example.com',
    });
    expect(found.get('jmeier')).toMatchObject({ id: 'jmeier', title: 'Statistician', active: true });
    expect(found.get('KBoss')?.otherIds).toContain(found.get('jmeier')?.managerRef);
    expect(found.get('agone')).toMatchObject({ id: '102', active: false });
  });
});

describe('members of a large group', () => {
  const members = Array.from({ length: 3_700 }, (_, n) => `CN=User ${n},DC=example,DC=com`);
  /** As Active Directory answers: 1,500 at most, with their range in the attribute's name. */
  const answer = async (attributes: readonly string[]) => {
    const from = Number(/range=(\d+)-/.exec(attributes[0] ?? '')?.[1] ?? 0);
    const to = Math.min(from + 1_500, members.length);
    return {
      dn: 'CN=g',
      member: [],
      [`member;range=${from}-${to === members.length ? '*' : to - 1}`]: members.slice(from, to),
    };
  };
  it('are read to the last', async () => {
    expect(await membersOf('CN=g', answer)).toEqual(members);
  });
  it('a directory that repeats itself is a failure, not a smaller group', async () => {
    await expect(membersOf('CN=g', () => answer(['member']))).rejects.toMatchObject({ code: 'SOURCE_FAILED' });
  });
});
