import pino from 'pino';
import { beforeAll, describe, expect, it } from 'vitest';
import { useWarehouse } from '../support/warehouse.ts';
import { Pseudonymiser } from '../../ingestor/src/identity/pseudonym.ts';
import { mergeSmallValues } from '../../ingestor/src/views/privacy.ts';
import { personColumns } from '../../ingestor/src/warehouse/person-columns.ts';
import { exportPerson, findCodes } from '../../ingestor/src/warehouse/person-data.ts';
import { codesOfPerson } from '../../ingestor/src/warehouse/persons/codes-of-person.ts';
import { applyPersonRetention } from '../../ingestor/src/warehouse/persons/retention.ts';
import type { Row, Warehouse } from '../../ingestor/src/warehouse/warehouse.ts';

const now = new Date('2026-11-22T03:00:00Z');
const pseudonymiser = new Pseudonymiser({
  key: Buffer.from('0123456789abcdef0123456789abcdef'),
  privacy: { pseudonyms: true, personal_labels: [] },
});
const KIM = pseudonymiser.person('kim');
const at = (text: string): Date => new Date(`${text}T00:00:00Z`);
const old = at('2025-01-08');

/** Emptied at the start and end of a roll-up. */
const isTransient = (table: string): boolean => table.startsWith('mart_stage_');
const covered = Object.entries(personColumns).filter(
  ([table, { keys, texts = [] }]) => !isTransient(table) && keys.length + texts.length > 0,
);

/** What stands for Kim in a column. */
function codeIn(column: string): string {
  const prefixes: Readonly<Record<string, string>> = {
    pod: 'pod',
    claim: 'pvc',
    owner_name: 'owner',
    pod_owner: 'owner',
    job_name: 'job',
    session: 'session',
    server_name: 'server',
    path: 'path',
    person_id: 'p',
  };
  const prefix = prefixes[column];
  return prefix === undefined ? KIM : pseudonymiser.text(prefix, 'kim');
}

/** A row of a table with Kim in every column that may hold somebody. */
function rowOf(table: string, timestamp: Date): Row {
  const { keys, texts = [] } = personColumns[table] ?? { keys: [] };
  return {
    ...Object.fromEntries(keys.map((column) => [column, codeIn(column)])),
    ...Object.fromEntries(texts.map((column) => [column, `{"a":"${KIM}"}`])),
    timestamp,
    ...more[table],
  };
}

/** What else a row must say to be one of its table. */
const more: Readonly<Record<string, Row>> = {
  people: { source: 'csv', department: 'Oncology', active: true, is_manager: false },
  access: { source: 'csv', access_group: 'sce', has_access: true },
  identities: { source: 'csv', how: 'username' },
  containers: { container_id: 'c', created_at: old, last_seen_at: old, ended_at: old, kind: 'interactive' },
  workspaces: { workspace_id: 'w', created_at: old, ended_at: old, is_alive: false },
  volume_owners: { cluster: 'c', namespace: 'hub', first_mounted_at: old, last_mounted_on: old },
  git_members: { forge: 'main', repository_id: '1', is_deleted: false },
  git_repositories: { forge: 'main', repository_id: '1', is_deleted: false },
  git_lockfiles: { forge: 'main', repository_id: '1', is_deleted: false },
  connect_users: { server: 'prod', is_deleted: false },
  connect_groups: { server: 'prod', group_guid: 'g', is_member: true },
  connect_content: { server: 'prod', content_guid: 'c', is_deleted: false },
};

/** Rows hold until another of their key: that one ends them. */
const ends: Readonly<Record<string, Row>> = {
  people: {},
  access: { has_access: false },
  identities: {},
  git_members: { is_deleted: true },
  git_repositories: { is_deleted: true },
  git_lockfiles: { is_deleted: true },
  connect_users: { is_deleted: true },
  connect_groups: { is_member: false },
  connect_content: { is_deleted: true },
};

async function store(warehouse: Warehouse, rows: Readonly<Record<string, readonly Row[]>>): Promise<void> {
  await warehouse.writer.write(Object.entries(rows).map(([table, list]) => ({ table, rows: list })));
  await warehouse.settle(Object.keys(rows));
}

const retain = (warehouse: Warehouse) =>
  applyPersonRetention({
    warehouse,
    pseudonymiser,
    privacy: { person_months: 13, leaver_days: 90 },
    minPeople: 5,
    mergeSmall: mergeSmallValues,
    log: pino({ level: 'silent' }),
    now: () => now,
  });

/** Columns of the rows of a time in which somebody's code stands. */
async function traces(warehouse: Warehouse, table: string, when: Date): Promise<string[]> {
  const { keys, texts = [] } = personColumns[table] ?? { keys: [] };
  const rows = await warehouse.reader.rows<Row>(`select * from "${table}" where timestamp = $1`, [when]);
  expect(rows, table).not.toEqual([]);
  return [...keys, ...texts].filter((column) =>
    rows.some((row) => /(?:^|[^a-z])(?!g_|x_)[a-z]+_[0-9a-f]{16}/u.test(String(row[column] ?? ''))),
  );
}

describe('every column that may hold a person', () => {
  let warehouse: Warehouse;
  beforeAll(async () => {
    warehouse = await useWarehouse();
    await store(
      warehouse,
      Object.fromEntries(
        covered.map(([table]) => {
          const end = ends[table];
          return [
            table,
            [rowOf(table, old), ...(end ? [{ ...rowOf(table, at('2025-02-03')), ...end }] : [])].map((row) => row),
          ];
        }),
      ),
    );
    await retain(warehouse);
  }, 120_000);

  it.each(covered.map(([table]) => table))('%s: is empty 13 months later', async (table) => {
    expect(await traces(warehouse, table, old)).toEqual([]);
  });
});

describe('every column that may hold somebody who left 90 days ago', () => {
  let warehouse: Warehouse;
  const recent = at('2026-07-01');
  beforeAll(async () => {
    warehouse = await useWarehouse();
    const rows = Object.fromEntries(covered.map(([table]) => [table, [rowOf(table, recent)]]));
    const left = { ...rowOf('people', at('2026-07-02')), active: false, left_on: recent };
    await store(warehouse, { ...rows, people: [...(rows['people'] ?? []), left] });
  }, 120_000);

  it('is found by export and empty after the retention', async () => {
    const { all } = await codesOfPerson(warehouse.reader, [KIM], { pseudonymiser });
    const exported = (await exportPerson(warehouse.reader, all)).map(({ table }) => table).sort();
    expect(exported).toEqual(covered.map(([table]) => table).sort());
    expect(await retain(warehouse)).toMatchObject({ former: 1 });
    expect(await findCodes(warehouse.reader, [KIM])).toEqual([]);
  });
});
