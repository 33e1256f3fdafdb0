import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  startFakePackageManager,
  type FakePackageManager,
  type FakePackageRepository,
} from '../../../../test/support/fakes/package-manager/server.ts';
import { testConfig } from '../../../../test/support/test-config.ts';
import { useWarehouse } from '../../../../test/support/warehouse.ts';
import { Pseudonymiser } from '../../identity/pseudonym.ts';
import type { QuestdbWarehouse } from '../../warehouse/questdb-warehouse.ts';
import type { PollOutcome } from '../source.ts';
import { packageManagerSource } from './source.ts';

const internal = Array.from({ length: 1500 }, (_, index) => ({ name: `own${index}`, version: '1.0.0' }));
const repositories = (): FakePackageRepository[] => [
  {
    id: 1,
    name: 'cran',
    sources: [
      {
        id: 1,
        type: 'cran',
        packages: [
          { name: 'dplyr', version: '1.1.4' },
          { name: 'nlme', version: '3.1-166' },
        ],
      },
    ],
  },
  {
    id: 2,
    name: 'internal',
    type: 'R',
    sources: [
      { id: 2, type: 'local', packages: [...internal] },
      { id: 3, type: 'git', packages: [{ name: 'studytools', version: '0.4.0' }] },
    ],
  },
  {
    id: 3,
    name: 'pypi',
    type: 'Python',
    sources: [
      {
        id: 4,
        type: 'pypi',
        packages: [{ name: 'numpy', version: '2.1.3' }, { name: 'polars' }, { name: 'unused', version: '1' }],
      },
      { id: 5, type: 'local-python', packages: [{ name: 'Study_Tools', version: '2.0' }] },
    ],
  },
  { id: 4, name: 'bioc', type: 'Bioconductor', sources: [] },
];

let fake: FakePackageManager;
let warehouse: QuestdbWarehouse;
beforeEach(async () => {
  fake = await startFakePackageManager(repositories());
  warehouse = await useWarehouse();
  const used = ['numpy', 'polars', 'nowhere'].map((name) => ({
    timestamp: new Date('2000-01-01'),
    blob_id: 'a',
    kind: 'uv.lock',
    language: 'python',
    package: name,
    version: '1.0',
  }));
  await warehouse.writer.write([{ table: 'git_packages', rows: used }]);
  await warehouse.settle(['git_packages']);
});
afterEach(() => fake.close());

async function poll(at: string): Promise<PollOutcome> {
  const config = testConfig({ package_manager: { servers: [{ name: 'ppm', url: fake.url }] } });
  const log = pino({ level: 'silent' });
  const pseudonymiser = new Pseudonymiser({ key: Buffer.alloc(32, 7), privacy: config.privacy });
  const [instance] = packageManagerSource.instances({ config, warehouse, pseudonymiser, log });
  const outcome = await instance!.poll({
    startedAt: new Date(at),
    state: null,
    checkpoint: () => Promise.resolve(),
    progress: () => undefined,
    signal: new AbortController().signal,
    log,
  });
  await warehouse.settle(['package_registry', 'package_servers']);
  return outcome;
}
const offers = () =>
  warehouse.reader.rows(
    "select repository, package, version, is_internal, is_deleted from (select server, repository, language, package, version, is_internal, is_deleted from package_registry latest on timestamp partition by server, repository, language, package) where not package ~ '^own' order by repository, package",
  );
const capabilities = async () =>
  (
    await warehouse.reader.rows<{ capabilities: string }>('select capabilities from package_servers order by timestamp')
  ).map((row) => JSON.parse(row.capabilities) as string[]);

describe('package-manager', () => {
  it('reads R’s indices, packages of own sources and Python packages in use; a second poll writes nothing', async () => {
    expect(await poll('2026-10-01')).toMatchObject({ complete: true });
    expect((await offers()).map((row) => Object.values(row))).toEqual([
      ['cran', 'dplyr', '1.1.4', false, false],
      ['cran', 'nlme', '3.1-166', false, false],
      ['internal', 'studytools', '0.4.0', true, false],
      ['pypi', 'numpy', '2.1.3', false, false],
      ['pypi', 'polars', '', false, false],
      ['pypi', 'study-tools', '2.0', true, false],
    ]);
    const [own] = await warehouse.reader.rows(
      "select count() n from package_registry where package ~ '^own' and is_internal",
    );
    expect(own).toEqual({ n: 1500 });
    expect(await capabilities()).toEqual([['downloads', 'package', 'packages', 'repos', 'sources', 'status']]);
    expect(await poll('2026-10-02')).toMatchObject({ rowsWritten: 0, complete: true });
    expect(fake.writes).toBe(0);
  });

  it('follows new versions, and what is gone from an index or from the server', async () => {
    await poll('2026-10-01');
    fake.repositories = repositories();
    fake.repositories[0]!.sources[0]!.packages.splice(0, 2, { name: 'dplyr', version: '1.2.0' });
    fake.repositories[2]!.sources[0]!.packages.splice(0, 1);
    await poll('2026-10-02');
    expect((await offers()).map(({ package: name, version, is_deleted }) => [name, version, is_deleted])).toEqual([
      ['dplyr', '1.2.0', false],
      ['nlme', '3.1-166', true],
      ['studytools', '0.4.0', false],
      ['numpy', '2.1.3', true],
      ['polars', '', false],
      ['study-tools', '2.0', false],
    ]);
  });

  it('asks old servers for what they have, and says what they lack', async () => {
    fake.isUnpaged = true;
    fake.lacks = /metrics|\/packages\/|PACKAGES/;
    expect(await poll('2026-10-01')).toMatchObject({ complete: true });
    expect((await offers()).map(({ package: name }) => name)).toEqual(['studytools', 'study-tools']);
    expect(await capabilities()).toEqual([['packages', 'repos', 'sources', 'status']]);
    fake.lacks = /repos|metrics/;
    expect(await poll('2026-10-02')).toMatchObject({ rowsRead: 0, complete: false });
    expect((await offers()).every(({ is_deleted }) => is_deleted === false)).toBe(true);
  });

  it('a failure in the middle stores nothing', async () => {
    fake.fails = /repos\/3\//;
    await expect(poll('2026-10-01')).rejects.toMatchObject({ code: 'SOURCE_FAILED', details: { status: 422 } });
    expect(await offers()).toEqual([]);
    fake.fails = /status/;
    await expect(poll('2026-10-01')).rejects.toThrow(/Package Manager ppm/);
  });
});
