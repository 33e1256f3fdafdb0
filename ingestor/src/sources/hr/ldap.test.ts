import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readPeopleOf } from '../../../../test/support/read-ldap.ts';
import { LDAP_BASE, LDAP_PASSWORD, Slapd } from '../../../../test/support/fakes/slapd.ts';
import { normaliseDn } from './dn.ts';
import type { HrFeed } from './record.ts';

const PEOPLE = 1_250;
const jpeg = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0x00, 0x10]).toString('base64');

/** Folded and base64 lines, several values, blanks and other case in DNs. */
const special = `dn: cn=Jürgen Groß,ou=people,${LDAP_BASE}
objectClass: inetOrgPerson
cn:: ${Buffer.from('Jürgen Groß').toString('base64')}
sn:: ${Buffer.from('Groß').toString('base64')}
uid: grossj
mail: juergen.gross@exam
 ple.com
mail: jg@example.com
employeeNumber: 9001
employeeType: Employee
employeeType: Works council
departmentNumber: 4130
departmentNumber: 9999
title: Principal Statistical
  Scientist
manager: CN=Boss\\2C Kim ,  OU=People , DC=Example,DC=com
jpegPhoto:: ${jpeg}
telephoneNumber: +49 6131 1

dn: cn=Boss\\, Kim,ou=people,${LDAP_BASE}
objectClass: inetOrgPerson
cn: Boss, Kim
sn: Boss
uid: bossk
ou: Management

dn: cn=sce-users,${LDAP_BASE}
objectClass: groupOfNames
cn: sce-users
member: CN=User 7,OU=people,${LDAP_BASE}
member: cn=Jürgen Groß,ou=people,${LDAP_BASE}
`;

function encoded(ldif: string): string {
  return ldif.replace(
    /^(dn|member): (.*[^ -~\n].*)$/gmu,
    (_, name: string, value: string) => `${name}:: ${Buffer.from(value).toString('base64')}`,
  );
}

const crowd = Array.from(
  { length: PEOPLE },
  (_, i) =>
    `dn: cn=User ${i},ou=people,${LDAP_BASE}\nobjectClass: inetOrgPerson\ncn: User ${i}\nsn: User\nuid: user${i}\nemployeeNumber: ${i}\ndepartmentNumber: D${i % 7}\n`,
).join('\n');

let slapd: Slapd;
let passwordFile: string;

beforeAll(async () => {
  slapd = await Slapd.start({ ldif: `${encoded(special)}\n${crowd}` });
  passwordFile = join(mkdtempSync(join(tmpdir(), 'sce-ldap-')), 'password');
  writeFileSync(passwordFile, `${LDAP_PASSWORD}\n`);
});
afterAll(() => slapd.stop());

function read(options: Record<string, unknown> = {}): Promise<HrFeed> {
  return readPeopleOf({ url: slapd.url, bind_password_file: passwordFile, ...options });
}

describe('readLdap', () => {
  it('reads more people than one answer may hold', async () => {
    const feed = await read();
    expect(feed.records).toHaveLength(PEOPLE + 2);
    expect(feed.invalid).toEqual([]);
    expect(new Set(feed.records.map((record) => record.id)).size).toBe(PEOPLE + 2);
  });

  it('fails, rather than reporting a smaller company, where the server cuts off', async () => {
    // Pages above the server's limit are refused by it.
    const small = await Slapd.start({
      ldif: crowd,
      sizeLimit: 'sizelimit size.soft=100 size.hard=100 size.pr=100 size.prtotal=300',
    });
    try {
      await expect(read({ url: small.url })).rejects.toMatchObject({ code: 'SOURCE_FAILED' });
    } finally {
      await small.stop();
    }
  });

  it('reads folded, encoded, repeated and odd values, and never asks for photos or phones', async () => {
    const feed = await read({ groups: { sce: `cn=sce-users,${LDAP_BASE}` } });
    const person = feed.records.find((record) => record.username === 'grossj')!;
    expect(person).toMatchObject({
      id: '9001',
      email: 'juergen.gross@example.com',
      displayName: 'Jürgen Groß',
      department: '4130',
      title: 'Principal Statistical Scientist',
      personType: 'Employee',
      active: true,
      groups: ['sce'],
    });
    const boss = feed.records.find((record) => record.username === 'bossk')!;
    expect(boss.department).toBe('Management');
    expect(boss.otherIds).toContain(person.managerRef);
    expect(feed.records.find((record) => record.username === 'user7')!.groups).toEqual(['sce']);
    expect(feed.records.find((record) => record.username === 'user8')!.groups).toEqual([]);
    expect(JSON.stringify(feed)).not.toMatch(/6131|JFIF|jpeg/i);
  });

  it('fails for a group that is not there: no group is not an empty one', async () => {
    await expect(read({ groups: { sce: `cn=nothing,${LDAP_BASE}` } })).rejects.toMatchObject({ code: 'SOURCE_FAILED' });
  });

  it('names a refused password without showing it', async () => {
    const wrong = join(mkdtempSync(join(tmpdir(), 'sce-ldap-')), 'password');
    writeFileSync(wrong, 'wrong-password-nobody-may-see');
    const error = await read({ bind_password_file: wrong }).catch((thrown: unknown) => thrown as Error);
    expect(error).toMatchObject({ code: 'SOURCE_FAILED' });
    expect((error as Error).message).toMatch(/HR feed dir/);
    expect((error as Error).message).not.toMatch(/wrong-password/);
  });

  it('says so when nobody answers', async () => {
    await expect(read({ url: 'ldap://127.0.0.1:1' })).rejects.toThrow(/HR feed dir: ldap:\/\/127\.0\.0\.1:1/);
  });
});

describe('normaliseDn', () => {
  it.each([
    ['CN=Kim Meier, OU=People,DC=example,DC=com', 'cn=kim meier,ou=people,dc=example,dc=com'],
    ['cn = Kim   Meier , ou=people', 'cn=kim meier,ou=people'],
    ['cn=Meier\\2C Kim,ou=people', 'cn=meier\\, kim,ou=people'],
    ['cn=Meier\\, Kim,ou=people', 'cn=meier\\, kim,ou=people'],
    ['701984', '701984'],
    ['kim.meier@example.com', 'kim.meier@example.com'],
  ])('%s becomes %s', (text, expected) => {
    expect(normaliseDn(text)).toBe(expected);
  });
});
