import { beforeEach, describe, expect, it } from 'vitest';
import { useWarehouse } from '../../../test/support/warehouse.ts';
import { Pseudonymiser } from '../identity/pseudonym.ts';
import { personColumns } from './person-columns.ts';
import { erasePerson, exportPerson, findCodes } from './person-data.ts';
import { codesOfPerson } from './persons/codes-of-person.ts';
import type { Row, Warehouse } from './warehouse.ts';

const pseudonymiser = new Pseudonymiser({
  key: Buffer.from('0123456789abcdef0123456789abcdef'),
  privacy: { pseudonyms: true, personal_labels: [] },
});
const KIM = pseudonymiser.person('kim');
const JO = pseudonymiser.person('jo');
const at = new Date('2026-11-02T00:00:00Z');

let warehouse: Warehouse;
beforeEach(async () => {
  warehouse = await useWarehouse();
});

async function store(rows: Readonly<Record<string, readonly Row[]>>): Promise<void> {
  await warehouse.writer.write(
    Object.entries(rows).map(([table, list]) => ({ table, rows: list.map((row) => ({ timestamp: at, ...row })) })),
  );
  await warehouse.settle(Object.keys(rows));
}

describe('the registry', () => {
  it('knows every table', async () => {
    const tables = await warehouse.reader.rows<{ table_name: string }>('select table_name from tables()');
    const missing = tables
      .map((row) => row.table_name)
      .filter((name) => !/^(sys\.|telemetry)/.test(name) && !(name in personColumns));
    expect(missing).toEqual([]);
  });

  // All tables in one round: a warehouse, an export and an erasure for each would be minutes on a busy machine.
  it('names columns that can all be searched and written over', async () => {
    const listed = Object.entries(personColumns).filter(([, { keys, texts = [] }]) => keys.length + texts.length > 0);
    const tables = listed.map(([table]) => table).sort();
    await store(
      Object.fromEntries(
        listed.map(([table, { keys, texts = [] }]) => [
          table,
          [
            Object.fromEntries([
              ...keys.map((column) => [column, KIM]),
              ...texts.map((column) => [column, `{"a":"${KIM}"}`]),
            ]) as Row,
          ],
        ]),
      ),
    );
    expect((await findCodes(warehouse.reader, [KIM])).sort()).toEqual(
      listed
        .flatMap(([table, { keys, texts = [] }]) => [...keys, ...texts].map((column) => `${table}.${column}`))
        .sort(),
    );
    const exported = (await exportPerson(warehouse.reader, [KIM])).map((found) => [found.table, found.rows.length]);
    expect(exported.sort()).toEqual(tables.map((table) => [table, 1]));
    expect(await erasePerson(warehouse.reader, [KIM])).toEqual([]);
    for (const [table, { keys, texts = [] }] of listed) {
      const [erased] = await warehouse.reader.rows(`select * from "${table}"`);
      for (const column of keys)
        if (table !== 'people' || column !== 'manager_id')
          expect(erased?.[column], `${table}.${column}`).toMatch(/^x_[0-9a-f]{16}$/);
      for (const column of texts) expect(erased?.[column], `${table}.${column}`).toMatch(/^\{"a":"x_[0-9a-f]{16}"\}$/);
    }
  });

  it('that has forgotten a column is found out by the search of all tables', async () => {
    await warehouse.reader.execute(
      'create table person_test_unlisted (timestamp timestamp, note varchar) timestamp(timestamp) partition by year wal',
    );
    try {
      await warehouse.reader.execute(
        `insert into person_test_unlisted values ('2026-11-02T00:00:00Z', 'seen ${KIM} today')`,
      );
      expect(await erasePerson(warehouse.reader, [KIM])).toEqual(['person_test_unlisted.note']);
    } finally {
      await warehouse.reader.execute('drop table person_test_unlisted');
    }
  });
});

describe('a person', () => {
  const mail = pseudonymiser.person('kim.meier@example.com');
  const id = pseudonymiser.text('p', '4711');
  const pod = pseudonymiser.label('kube_pod_info', 'pod', 'jupyter-kim');
  const claim = pseudonymiser.label('kubelet_volume_stats_used_bytes', 'persistentvolumeclaim', 'claim-kim');
  const odd = pseudonymiser.label('kube_pod_info', 'pod', 'session-0815');
  const oddClaim = pseudonymiser.text('pvc', 'home-0815');
  const sharedClaim = pseudonymiser.text('pvc', 'projects');
  const shared = pseudonymiser.text('server', 'gpu');

  beforeEach(async () => {
    const mount = (pod: string, claim: string) => JSON.stringify({ persistentvolumeclaim: claim, pod });
    const person = (key: string, manager: string | null, personId: string | null) => ({
      person_key: key,
      person_id: personId,
      source: 's',
      department: 'Oncology',
      title: 'Lead',
      manager_id: manager,
      is_manager: false,
      active: true,
    });
    await store({
      people: [person(KIM, null, id), person(JO, KIM, null)],
      identities: [{ source: 's', key: mail, person_key: KIM, how: 'email' }],
      access: [KIM, JO].map((key) => ({ person_key: key, access_group: 'sce', has_access: true, source: 's' })),
      containers: [
        { container_id: 'c/1/n', user_key: KIM, pod, server_name: shared, workspace_key: `hub/${KIM}/` },
        { container_id: 'c/2/n', user_key: JO, pod: 'pod_00000000000000cc', server_name: shared },
        { container_id: 'c/3/n', user_key: KIM, pod: odd },
      ],
      volume_usage_1d: [claim, oddClaim, sharedClaim].map((name) => ({ cluster: 'c', namespace: 'hub', claim: name })),
      series: [
        {
          series: 1n,
          metric: 'kube_pod_annotations',
          pod: odd,
          labels: JSON.stringify({ annotation_user: KIM, pod: odd }),
        },
        {
          series: 2n,
          metric: 'kube_pod_spec_volumes_persistentvolumeclaims_info',
          pod: odd,
          labels: mount(odd, oddClaim),
        },
        {
          series: 3n,
          metric: 'kube_pod_spec_volumes_persistentvolumeclaims_info',
          pod: odd,
          labels: mount(odd, sharedClaim),
        },
        {
          series: 4n,
          metric: 'kube_pod_spec_volumes_persistentvolumeclaims_info',
          pod: 'pod_00000000000000cc',
          labels: mount('pod_00000000000000cc', sharedClaim),
        },
        { series: 5n, metric: 'container_memory', pod, labels: JSON.stringify({ pod }) },
      ],
    });
  });

  it.each([['kim'], ['kim.meier@example.com'], ['4711'], [KIM], ['CORP\\Kim']])(
    'is found by %s, with all that is theirs and nothing that is not',
    async (given) => {
      const codes = await codesOfPerson(warehouse.reader, [given], { pseudonymiser });
      expect(codes.keys).toEqual(expect.arrayContaining([KIM, mail, id]));
      expect(codes.all).toEqual(expect.arrayContaining([KIM, mail, id, pod, odd, oddClaim]));
      for (const other of [JO, shared, sharedClaim, 'pod_00000000000000cc']) expect(codes.all).not.toContain(other);
    },
  );

  it('named after a claim that no pod mounts any more, by the name', async () => {
    expect((await codesOfPerson(warehouse.reader, ['kim'], { pseudonymiser })).all).toContain(claim);
    // KubeSpawner escapes what no object name may hold.
    const escaped = pseudonymiser.label('m', 'pod', 'jupyter-kim-2emeier');
    expect((await codesOfPerson(warehouse.reader, ['kim.meier'], { pseudonymiser })).all).toContain(escaped);
  });

  it('is exported, erased, and gone; others stay as they were', async () => {
    const { all } = await codesOfPerson(warehouse.reader, ['kim.meier@example.com', 'kim'], { pseudonymiser });
    const exported = await exportPerson(warehouse.reader, all);
    expect(exported.map(({ table, rows }) => `${table} ${rows.length}`).sort()).toEqual([
      'access 1',
      'containers 2',
      'identities 1',
      'people 2',
      'series 4',
      'volume_usage_1d 2',
    ]);
    expect(await erasePerson(warehouse.reader, all)).toEqual([]);
    expect(await findCodes(warehouse.reader, all)).toEqual([]);
    expect(
      await warehouse.reader.rows('select department, title, active, source from people where person_key = $1', [JO]),
    ).toEqual([{ department: 'Oncology', title: 'Lead', active: true, source: 's' }]);
    expect(
      await warehouse.reader.rows("select department, title, active, source from people where person_key ~ '^x_'"),
    ).toEqual([{ department: 'Oncology', title: null, active: false, source: '(erased)' }]);
    expect(await warehouse.reader.rows('select person_key from access where has_access')).toEqual([{ person_key: JO }]);
    expect(
      await warehouse.reader.rows('select claim from volume_usage_1d where claim = $1', [sharedClaim]),
    ).toHaveLength(1);
  });
});
