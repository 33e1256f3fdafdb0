import { beforeEach, describe, expect, it } from 'vitest';
import type { Row, Warehouse } from '../../ingestor/src/warehouse/warehouse.ts';
import { at, everybody, person, pseudonymiser } from '../support/retention/persons.ts';
import { answers, filledWarehouse, merged, retain, traces } from '../support/retention/questions.ts';
import { claims } from '../support/retention/tables.ts';

const cutoff = at('2025-10-01T00:00');
const allCodes = [
  ...everybody.flatMap((n) => [person(n), pseudonymiser.text('pod', `jupyter-person${n}`)]),
  ...claims.map(({ claim }) => claim),
];

let warehouse: Warehouse;
beforeEach(async () => {
  warehouse = await filledWarehouse();
});

describe('facts older than 13 months', () => {
  it('lose the persons and keep the answers per department', async () => {
    const before = await answers(warehouse);
    const report = await retain(warehouse);
    expect(report).toMatchObject({ former: 1 });
    const after = await answers(warehouse);
    for (const name of ['usage', 'days', 'visits', 'commits'])
      expect(merged(after[name] ?? []), name).toEqual(merged(before[name] ?? []));
    for (const name of ['raw', 'bins', 'workspaces', 'robots']) expect(after[name], name).toEqual(before[name]);
    // A container that lives on and dated rows that hold today are no old facts; nothing else is left of anybody.
    expect(await traces(warehouse, allCodes, cutoff)).toEqual([
      'access.person_key',
      'containers.pod',
      'containers.user_key',
      'containers.workspace_key',
      // members, and owners of repositories, until today or until a time that is kept
      'git_members.person',
      'git_repositories.name_space',
      'git_repositories.path',
      'identities.person_key',
      'people.person_key',
      // first mounted then, and mounted still
      'volume_owners.claim',
      'volume_owners.user_key',
      'workspaces.user_key',
      'workspaces.workspace_key',
    ]);
    const alive = await warehouse.reader.rows(
      "select container_id from containers where user_key ~ '^u_' and timestamp < $1 order by container_id",
      [cutoff],
    );
    expect(alive.map((row) => row['container_id'])).toEqual(['c/long-0/notebook', 'c/long-1/notebook']);
    // Their usage of old months is not theirs any more.
    expect(
      await warehouse.reader.rows("select * from container_usage_1d where timestamp < $1 and container_id ~ 'long'", [
        cutoff,
      ]),
    ).toEqual([]);
    expect(
      await warehouse.reader.rows("select * from container_usage_1d where timestamp >= $1 and container_id ~ 'long'", [
        cutoff,
      ]),
    ).toHaveLength(2);
    expect(await warehouse.reader.rows('select * from people where person_key = $1', [person(1)])).toHaveLength(1);
  });

  it('of Git: whose rights and repositories have ended is not known any more', async () => {
    await retain(warehouse);
    const rows = (sql: string) => warehouse.reader.rows<Row>(sql);
    expect(
      await rows(
        "select person, access_level as level from git_members where person ~ '^u_' order by timestamp, level",
      ),
    ).toEqual([
      { person: person(8), level: 30 },
      { person: person(0), level: 40 },
      { person: person(8), level: null },
    ]);
    expect(
      await rows("select name_space, path from git_repositories where name_space ~ '^[ub]' order by timestamp"),
    ).toEqual([
      { name_space: person(9), path: `${person(9)}/r` },
      { name_space: 'biostats', path: 'biostats/r' },
    ]);
  });

  it('are not found again through the claims of volumes', async () => {
    await retain(warehouse);
    const [kept, gone] = claims.map(({ claim }) => claim);
    const bytes = await warehouse.reader.rows(
      'select timestamp, claim, used_bytes from volume_usage_1d order by timestamp',
    );
    // What was stored stays, without whose it was.
    expect(bytes.map((row) => [row['claim'], row['used_bytes']])).toEqual([
      [null, 1e9],
      [null, 1e9],
      [null, 1e9],
      [kept, 1e9],
    ]);
    const owners = await warehouse.reader.rows('select claim, user_key from volume_owners where claim is not null');
    expect(owners).toEqual([{ claim: kept, user_key: person(5) }]);
    expect(await traces(warehouse, [gone ?? '', person(6)], null, ['volume_owners', 'volume_usage_1d'])).toEqual([]);
  });

  it('leave as many keys as the department had people, none of them a person', async () => {
    await retain(warehouse);
    const keys = await warehouse.reader.rows(
      `with u as ((select timestamp, user_key as person from user_days where timestamp < '2025-02-01' order by timestamp) timestamp(timestamp)),
         p as ((select timestamp, person_key as person, department from people) timestamp(timestamp))
       select p.department as department, count_distinct(u.person) as keys from u asof join p on (person) order by department`,
    );
    // Person 1 was in both departments; five are in none that anybody knows.
    expect(keys).toEqual([
      { department: null, keys: 5 },
      { department: 'Board + Safety', keys: 9 },
      { department: 'Oncology', keys: 10 },
    ]);
    const groups = await warehouse.reader.rows(
      "select distinct active, is_manager, title from people where person_key ~ '^g_'",
    );
    expect(groups).toEqual([{ active: false, is_manager: false, title: null }]);
  });

  it('a second run changes nothing', async () => {
    await retain(warehouse);
    const before = await answers(warehouse);
    const [rows] = await warehouse.reader.rows('select count() as n from containers');
    expect(await retain(warehouse)).toEqual({ months: 0, containers: 0, days: 0, former: 0, peopleRows: 0 });
    expect(await answers(warehouse)).toEqual(before);
    expect((await warehouse.reader.rows('select count() as n from containers'))[0]).toEqual(rows);
  });

  it('goes on where it was interrupted, wherever that was', async () => {
    const before = await answers(warehouse);
    const { reader, writer } = warehouse;
    // Fails at the 1st, 4th, 9th, … statement that changes something, then goes on from there.
    let left = 0;
    const real = warehouse;
    const broken = (): void => {
      if (left-- === 0) throw new Error('killed');
    };
    warehouse = {
      settle: (tables) => real.settle(tables),
      close: () => real.close(),
      writer: {
        ...writer,
        write: async (batches) => (broken(), writer.write(batches)),
        writeLines: (...args) => writer.writeLines(...args),
      },
      reader: {
        query: (...args) => reader.query(...args),
        rows: (...args) => reader.rows(...args),
        execute: async (...args) => (broken(), reader.execute(...args)),
      },
    };
    let kills = 0;
    for (let run = 1; ; run++) {
      left = run * run;
      try {
        await retain(warehouse);
        break;
      } catch (error) {
        expect(String(error)).toContain('killed');
        kills += 1;
      }
    }
    warehouse = real;
    expect(kills).toBeGreaterThan(3);
    const after = await answers(warehouse);
    for (const name of ['days', 'visits', 'commits'])
      expect(
        merged(after[name] ?? []).map((row) => ({ ...row, people: 0 })),
        name,
      ).toEqual(merged(before[name] ?? []).map((row) => ({ ...row, people: 0 })));
    expect(after['raw']).toEqual(before['raw']);
    expect(
      await traces(warehouse, allCodes, cutoff, [
        'user_days',
        'platform_events',
        'container_usage_1d',
        'series',
        'kubernetes_audit',
        'git_commits_weekly',
      ]),
    ).toEqual([]);
  });
});
