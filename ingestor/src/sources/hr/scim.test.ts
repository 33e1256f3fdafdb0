import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ScimFake, type ScimPerson } from '../../../../test/support/fakes/scim.ts';
import { parseFileConfig } from '../../config.ts';
import type { ScimFeed } from './config.ts';
import type { HrFeed } from './record.ts';
import { readScim } from './scim.ts';

let fake: ScimFake;
let url: string;

beforeEach(async () => {
  fake = new ScimFake();
  url = await fake.start();
});
afterEach(() => fake.stop());

function people(count: number): ScimPerson[] {
  return Array.from({ length: count }, (_, i) => ({
    id: `scim-${i}`,
    externalId: `70${i}`,
    userName: `user${i}@example.com`,
    department: 'Oncology',
  }));
}

function read(token = fake.token, options: Record<string, unknown> = {}): Promise<HrFeed> {
  const tokenFile = join(mkdtempSync(join(tmpdir(), 'sce-scim-')), 'token');
  writeFileSync(tokenFile, `${token}\n`);
  const [feed] = parseFileConfig(
    { hr: { feeds: [{ name: 'idp', kind: 'scim', base_url: url, token_file: tokenFile, ...options }] } },
    'test',
  ).hr.feeds;
  return readScim(feed as ScimFeed, {
    day: '2026-11-22',
    signal: new AbortController().signal,
    progress: () => undefined,
  });
}

describe('readScim', () => {
  it.each([
    [1204, 100],
    [250, 33],
    [100, 100],
    [1, 1],
  ])('reads %i people in pages of at most %i, shorter than asked for', async (count, pageSize) => {
    fake.people = people(count);
    fake.behaviour.pageSize = pageSize;
    const feed = await read(fake.token, { page_size: 500 });
    expect(new Set(feed.records.map((record) => record.id)).size).toBe(count);
    expect(fake.requests[0]).toMatch(/startIndex=1&count=500/);
  });

  it('takes an answer without Resources for an empty directory', async () => {
    expect((await read()).records).toEqual([]);
  });

  it('finds everybody although the order changes between pages', async () => {
    fake.people = people(25);
    fake.behaviour.pageSize = 10;
    fake.behaviour.unstableOrder = true;
    expect(new Set((await read()).records.map((record) => record.id)).size).toBe(25);
  });

  it('takes nothing from pages that do not add up', async () => {
    fake.people = people(25);
    fake.behaviour.totalTooHigh = 3;
    await expect(read()).rejects.toMatchObject({
      code: 'SOURCE_FAILED',
      message: expect.stringMatching(/brought 25 users, not as many as totalResults/),
    });
  });

  it('maps the attributes, a manager as object or text, and groups', async () => {
    fake.people = [
      {
        id: 'a',
        externalId: '1',
        userName: 'Kim.Meier@example.com',
        department: 'Biostatistics',
        title: 'Lead',
        userType: 'Employee',
        manager: { value: 'b' },
        groups: ['sce'],
      },
      { id: 'b', userName: 'jo.rossi@example.com', manager: 'c', active: false },
      { id: 'c', userName: 'alex@example.com', active: 'False' },
    ];
    const [kim, jo, alex] = (await read()).records;
    expect(kim).toMatchObject({
      id: '1',
      otherIds: ['a'],
      username: 'Kim.Meier@example.com',
      email: 'Kim.Meier@example.com',
      department: 'Biostatistics',
      title: 'Lead',
      managerRef: 'b',
      active: true,
      groups: ['sce'],
    });
    expect(jo).toMatchObject({ id: 'b', managerRef: 'c', active: false });
    expect(alex).toMatchObject({ active: false });
    expect(JSON.stringify(kim)).not.toMatch(/photos/);
  });

  it('waits when told to and goes on', async () => {
    fake.people = people(3);
    fake.behaviour.failures = [{ status: 429, headers: { 'retry-after': '0' } }, { status: 503 }];
    expect((await read()).records).toHaveLength(3);
  });

  it('names a refused token without showing it', async () => {
    const error = await read('expired-token-nobody-may-see').catch((thrown: unknown) => thrown as Error);
    expect(error).toMatchObject({ code: 'SOURCE_FAILED', details: { status: 401 } });
    expect((error as Error).message).toMatch(/HR feed idp: .*answered 401/);
    expect((error as Error).message).not.toMatch(/expired-token/);
  });

  it('says when a secret is not there', async () => {
    await expect(read(fake.token, { token_env: 'SCE_TEST_NOT_SET' })).rejects.toThrow(
      /environment variable SCE_TEST_NOT_SET is not set/,
    );
    await expect(read(fake.token, { token_file: '/nowhere/token' })).rejects.toThrow(/cannot read the secret file/);
  });
});
