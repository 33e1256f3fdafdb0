import { pino } from 'pino';
import { beforeAll, describe, expect, it } from 'vitest';
import { connectConfig, connectPseudonymiser, pollConnect } from '../support/connect-poll.ts';
import { startFakeConnect } from '../support/fakes/connect/server.ts';
import { packageBodies } from '../support/fakes/connect/shapes.ts';
import { FAKE_GITLAB_TOKEN, startFakeGitlab } from '../support/fakes/gitlab/server.ts';
import { startFakePackageManager } from '../support/fakes/package-manager/server.ts';
import { gitTableNames, pollGit } from '../support/git-poll.ts';
import { createConnect } from '../support/organisation/connect/index.ts';
import { someAccounts } from '../support/organisation/connect/of-organisation.ts';
import { createGit } from '../support/organisation/git/index.ts';
import { packageRepositories, PACKAGES } from '../support/organisation/git/packages.ts';
import { testConfig } from '../support/test-config.ts';
import { useWarehouse } from '../support/warehouse.ts';
import { packageManagerSource } from '../../ingestor/src/sources/package-manager/source.ts';
import type { Warehouse } from '../../ingestor/src/warehouse/warehouse.ts';
import { askView } from '../../ingestor/src/views/shared/test-rows.ts';
import { packageUse } from '../../ingestor/src/views/package-use/view.ts';

const now = Date.parse('2026-10-01T12:00:00Z');
const accounts = someAccounts(120);
const git = createGit({ now, people: accounts, perPerson: 0.4 });
const connect = createConnect({
  seed: 1,
  now,
  people: accounts,
  scale: 0.03,
  visits: 200,
  jobDays: 5,
  packagesPerItem: 6,
});
let warehouse: Warehouse;

/** The organisation's GitLab, Connect and Package Manager, polled over HTTP in this order. */
beforeAll(async () => {
  warehouse = await useWarehouse();
  const [gitlab, fake, registry] = await Promise.all([
    startFakeGitlab([...git.gitlab]),
    startFakeConnect(connect),
    startFakePackageManager(packageRepositories()),
  ]);
  try {
    const at = new Date(now).toISOString();
    await pollGit(warehouse, { forge: { name: 'gitlab', url: gitlab.url }, token: FAKE_GITLAB_TOKEN, at });
    fake.clockOffsetMs = now - Date.now();
    await pollConnect({ fake, warehouse });
    await warehouse.settle([...gitTableNames, 'connect_content', 'connect_packages']);
    const config = testConfig({ package_manager: { servers: [{ name: 'ppm', url: registry.url }] } });
    const log = pino({ level: 'silent' });
    const pseudonymiser = connectPseudonymiser(connectConfig(fake.url));
    const [instance] = packageManagerSource.instances({ config, warehouse, pseudonymiser, log });
    const outcome = await instance!.poll({
      startedAt: new Date(now),
      state: null,
      checkpoint: () => Promise.resolve(),
      progress: () => undefined,
      signal: new AbortController().signal,
      log,
    });
    expect([outcome.complete, registry.writes]).toEqual([true, 0]);
    await warehouse.settle(['package_registry']);
  } finally {
    await Promise.all([gitlab.close(), fake.close(), registry.close()]);
  }
}, 300_000);

describe('packages of the invented organisation', () => {
  it('repositories and content share them; the registry says what is newest and what is one’s own', async () => {
    const { objects } = await askView(
      warehouse,
      testConfig({ views: { small_groups: { min_people: 1, max_share: 1 } } }),
      {
        view: packageUse,
        params: { kind_of_package: 'package' },
        from: '2026-08-31',
        to: '2026-10-02',
        now: '2026-10-02T00:00:00Z',
      },
    );
    const truth = new Map<string, { repositories: number; content: number }>();
    const add = (key: string, use: 'repositories' | 'content'): void => {
      const cell = truth.get(key) ?? { repositories: 0, content: 0 };
      cell[use] += 1;
      truth.set(key, cell);
    };
    for (const { forge, isArchived, packages } of git.truth)
      if (forge === 'gitlab' && !isArchived)
        for (const { name, version } of packages) add(`${name} ${version ?? 'range'}`, 'repositories');
    for (const item of connect.items)
      for (const { name, version } of packageBodies(connect, item)) add(`${name} ${version}`, 'content');
    const found = new Map(objects.map((row) => [`${String(row['package'])} ${String(row['version'])}`, row]));
    expect([...found.keys()].sort()).toEqual([...truth.keys()].sort());
    for (const [key, uses] of truth) expect(found.get(key), key).toMatchObject(uses);
    for (const row of objects) {
      const known = PACKAGES.find(({ name }) => name === row['package']);
      if (known === undefined) continue;
      expect(row, known.name).toMatchObject({
        newest_version: known.releases.at(-1)?.[0],
        newest_basis: 'registry',
        is_internal: known.isInternal === true,
      });
    }
    // Both have R's packages, one's own among them, in versions that are behind.
    const shared = objects.filter((row) => Number(row['repositories']) > 0 && Number(row['content']) > 0);
    expect(new Set(shared.map((row) => row['language']))).toEqual(new Set(['r', 'python']));
    expect(shared.some((row) => row['is_internal'] === true && Number(row['versions_behind']) > 0)).toBe(true);
  });
});
