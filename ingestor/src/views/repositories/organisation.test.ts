import { beforeAll, describe, expect, it } from 'vitest';
import { FAKE_GITHUB_TOKEN, startFakeGithub } from '../../../../test/support/fakes/github/server.ts';
import { FAKE_GITLAB_TOKEN, startFakeGitlab } from '../../../../test/support/fakes/gitlab/server.ts';
import { gitPseudonymiser, gitTableNames, pollGit } from '../../../../test/support/git-poll.ts';
import { someAccounts } from '../../../../test/support/organisation/connect/of-organisation.ts';
import { createGit, type RepositoryTruth } from '../../../../test/support/organisation/git/index.ts';
import { INTERNAL_REPOSITORY } from '../../../../test/support/organisation/git/packages.ts';
import { testConfig } from '../../../../test/support/test-config.ts';
import { useWarehouse } from '../../../../test/support/warehouse.ts';
import type { Warehouse } from '../../warehouse/warehouse.ts';
import { packageUse } from '../package-use/view.ts';
import { askView, person, store } from '../shared/test-rows.ts';
import { repositories } from './view.ts';

const now = Date.parse('2026-10-01T12:00:00Z');
/** A Monday: ranges about people are widened to weeks. */
const from = Date.parse('2026-08-31T00:00:00Z');
const accounts = someAccounts(240);
const world = createGit({ now, people: accounts });
const departmentOf = new Map(accounts.map(({ username, department }) => [username, department]));
const range = { from: new Date(from).toISOString(), to: '2026-10-02', now: '2026-10-02T00:00:00Z' };
const small = { min_people: 1, max_share: 1 };
const packages = { package_manager: { internal_repositories: [INTERNAL_REPOSITORY] } };
const open = testConfig({ ...packages, views: { small_groups: small } });
let warehouse: Warehouse;

/** The organisation's two forges, polled over HTTP; its directory. */
beforeAll(async () => {
  warehouse = await useWarehouse();
  const pseudonymiser = gitPseudonymiser();
  await store(warehouse, {
    people: accounts.map(({ username, department }) =>
      person(pseudonymiser.person(username), '2026-01-01', { department }),
    ),
  });
  const [gitlab, github] = await Promise.all([startFakeGitlab(world.gitlab), startFakeGithub(world.github)]);
  const at = new Date(now).toISOString();
  try {
    await pollGit(warehouse, { forge: { name: 'gitlab', url: gitlab.url }, token: FAKE_GITLAB_TOKEN, at });
    await pollGit(warehouse, {
      forge: { name: 'github', kind: 'github', url: github.url },
      token: FAKE_GITHUB_TOKEN,
      at,
    });
  } finally {
    await Promise.all([gitlab.close(), github.close()]);
  }
  await warehouse.settle(gitTableNames);
}, 300_000);

const tally = (items: readonly RepositoryTruth[], holds: (item: RepositoryTruth) => boolean): number =>
  items.filter(holds).length;

describe('the invented organisation’s Git', () => {
  it('has something of everything', () => {
    expect(world.truth.length).toBeGreaterThan(50);
    expect(tally(world.truth, ({ forge }) => forge === 'github')).toBeGreaterThan(5);
    for (const state of ['ok', 'empty', 'hidden'])
      expect(tally(world.truth, (item) => item.state === state)).toBeGreaterThan(0);
    expect(tally(world.truth, ({ isBroken }) => isBroken)).toBeGreaterThan(0);
  });

  it('repositories: by department and language as they really are', async () => {
    const { objects } = await askView(warehouse, open, { view: repositories, ...range });
    const cells = new Map<string, RepositoryTruth[]>();
    for (const item of world.truth) {
      const key = `${departmentOf.get(item.owner ?? '') ?? 'unattributed'} ${item.language}`;
      cells.set(key, [...(cells.get(key) ?? []), item]);
    }
    expect(objects.map((row) => `${String(row['department'])} ${String(row['language'])}`).sort()).toEqual(
      [...cells.keys()].sort(),
    );
    for (const row of objects) {
      const key = `${String(row['department'])} ${String(row['language'])}`;
      const items = cells.get(key) ?? [];
      const isRead = ({ state }: RepositoryTruth): boolean => state === 'ok';
      expect(row, key).toMatchObject({
        repositories: items.length,
        active: tally(items, ({ lastActivity }) => lastActivity >= from),
        idle_year: tally(items, (item) => !item.isArchived && lastYear(item)),
        archived: tally(items, ({ isArchived }) => isArchived),
        readable: tally(items, isRead),
        with_lock_file: tally(items, ({ isLocked }) => isLocked),
        broken_lock_files: tally(items, ({ isBroken }) => isBroken),
        people: new Set(items.flatMap(({ owner }) => owner ?? [])).size,
      });
    }
  });

  it('package-use: every version of every package, and of R', async () => {
    const { objects } = await askView(warehouse, open, { view: packageUse, ...range });
    const truth = new Map<string, { repositories: number; people: Set<string>; isInternal: boolean }>();
    const add = (key: string, owner: string | null, isInternal: boolean): void => {
      const cell = truth.get(key) ?? { repositories: 0, people: new Set<string>(), isInternal };
      cell.repositories += 1;
      if (owner !== null) cell.people.add(owner);
      truth.set(key, cell);
    };
    for (const item of world.truth) {
      if (item.isArchived) continue;
      for (const used of item.packages) add(`${used.name} ${used.version ?? 'range'}`, item.owner, used.isInternal);
      if (item.rVersion !== null) add(`R ${item.rVersion}`, item.owner, false);
    }
    const found = new Map(objects.map((row) => [`${String(row['package'])} ${String(row['version'])}`, row]));
    expect([...found.keys()].sort()).toEqual([...truth.keys()].sort());
    for (const [key, { repositories: count, people, isInternal }] of truth)
      expect(found.get(key), key).toMatchObject({ repositories: count, people: people.size, is_internal: isInternal });
  });

  it('as everybody may see it: no version of fewer than five people, and the sums are those of all', async () => {
    const config = testConfig(packages);
    const { objects } = await askView(warehouse, config, { view: packageUse, params: { package: 'dplyr' }, ...range });
    expect(objects.length).toBeGreaterThan(1);
    for (const row of objects) expect(Number(row['people'])).toBeGreaterThanOrEqual(5);
    const total = world.truth.filter((item) => !item.isArchived && item.packages.some(({ name }) => name === 'dplyr'));
    expect(objects.reduce((sum, row) => sum + Number(row['repositories']), 0)).toBe(total.length);
    const all = (
      await askView(warehouse, config, { view: repositories, params: { split_by_language: false }, ...range })
    ).objects;
    expect(all.map((row) => row['department'])).toEqual(['Immunology', 'Oncology', 'Safety', 'unattributed']);
  });
});

/** Without activity for 365 days before the end of the range. */
function lastYear({ lastActivity }: RepositoryTruth): boolean {
  return lastActivity < Date.parse(range.to) - 365 * 86_400_000;
}
