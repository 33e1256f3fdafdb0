import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { HrBench } from '../../../../test/support/hr-bench.ts';
import { useWarehouse } from '../../../../test/support/warehouse.ts';
import { codesOfPerson } from '../../warehouse/persons/codes-of-person.ts';
import { rememberForgotten } from '../../warehouse/persons/forgotten.ts';
import { erasePerson, findCodes } from '../../warehouse/person-data.ts';
import type { Warehouse } from '../../warehouse/warehouse.ts';

const users = ['kim', 'jo', 'alex', 'sam', 'max', 'eve'];
let warehouse: Warehouse;
let file: string;
let hr: HrBench;

beforeAll(async () => {
  warehouse = await useWarehouse();
});
beforeEach(async () => {
  for (const table of ['people', 'identities', 'access', 'hr_feeds', 'forgotten_people'])
    await warehouse.reader.execute(`truncate table ${table}`);
  file = join(mkdtempSync(join(tmpdir(), 'sce-forgotten-')), 'people.csv');
  hr = new HrBench(warehouse, {
    feeds: [{ name: 'csv', kind: 'csv', path: file, watch: false }],
    access_groups: ['sce'],
  });
});

/** Everybody reports to kim; `lines` are added or take the place of a user's line. */
function deliver(day: number, changes: Readonly<Record<string, string>> = {}): void {
  const line = (user: string): string =>
    `id-${user},${user},${user}.mail@example.com,${user === 'kim' ? '' : 'id-kim'},true,,sce,${day},Oncology`;
  writeFileSync(
    file,
    `person_id,username,email,manager_id,active,left_on,groups,title,department\n${users.map((user) => changes[user] ?? line(user)).join('\n')}\n`,
  );
}

describe('a person who was erased', () => {
  it('stays so when the feed names them again, on this machine and on a new one', async () => {
    deliver(1);
    await hr.poll('csv', '2026-11-02');
    const { keys, all } = await codesOfPerson(warehouse.reader, ['kim.mail@example.com'], {
      pseudonymiser: hr.pseudonymiser,
    });
    await rememberForgotten(warehouse, hr.pseudonymiser, keys, 'erased', new Date());
    expect(await erasePerson(warehouse.reader, all)).toEqual([]);

    deliver(2);
    await hr.poll('csv', '2026-11-03');
    expect(await findCodes(warehouse.reader, all)).toEqual([]);
    hr = new HrBench(warehouse, hr.config.hr);
    for (let day = 4; day < 14; day++) {
      deliver(day);
      await hr.poll('csv', `2026-11-${String(day).padStart(2, '0')}`);
    }
    expect(await findCodes(warehouse.reader, all)).toEqual([]);
    const others = (await hr.people(users)).filter((row) => users.some((user) => row.includes(` ${user} `)));
    expect(new Set(others.map((row) => row.split(' ')[1]))).toEqual(new Set(users.slice(1)));
    expect(others.every((row) => row.endsWith(' active'))).toBe(true);
    // Under another user name it is the same person.
    deliver(15, { kim: 'id-kim,kim2,other@example.com,,true,,sce,15,Oncology' });
    await hr.poll('csv', '2026-11-15');
    expect(
      await warehouse.reader.rows('select * from people where person_key = $1', [hr.pseudonymiser.person('kim2')]),
    ).toEqual([]);
  });

  it('leaves nothing in the list that says who it was', async () => {
    await rememberForgotten(warehouse, hr.pseudonymiser, [hr.pseudonymiser.person('kim')], 'erased', new Date());
    await rememberForgotten(warehouse, hr.pseudonymiser, [hr.pseudonymiser.person('kim')], 'left', new Date());
    const rows = await warehouse.reader.rows('select code, reason from forgotten_people');
    expect(rows).toEqual([{ code: expect.stringMatching(/^t_[0-9a-f]{16}$/) as string, reason: 'erased' }]);
    expect(JSON.stringify(rows)).not.toContain(hr.pseudonymiser.person('kim').slice(2));
  });
});

it('a leaver who was forgotten comes back as a new person when they work here again', async () => {
  await rememberForgotten(warehouse, hr.pseudonymiser, [hr.pseudonymiser.person('kim')], 'left', new Date());
  deliver(1, { kim: 'id-kim,kim,k@example.com,,false,2026-01-31,sce,1,Oncology' });
  await hr.poll('csv', '2026-11-02');
  expect(
    await warehouse.reader.rows('select * from people where person_key = $1', [hr.pseudonymiser.person('kim')]),
  ).toEqual([]);
  deliver(2);
  await hr.poll('csv', '2026-11-03');
  expect((await hr.people(users)).filter((row) => row.includes(' kim '))).toEqual([
    '2026-11-03 kim Oncology manager active',
  ]);
});
