import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { CleanupPlan } from '../../ingestor/src/cli/cleanup-plan.ts';
import { keyFile } from '../support/connect-poll.ts';
import { FAKE_CONNECT_KEY, startFakeConnect, type FakeConnect } from '../support/fakes/connect/server.ts';
import { IngestorProcess } from '../support/ingestor-process.ts';
import { createConnect } from '../support/organisation/connect/index.ts';
import { someAccounts } from '../support/organisation/connect/of-organisation.ts';

const tokens = { aggregate: 'token-of-scope-aggregate-1', platform: 'token-of-scope-platform-01' };
let fake: FakeConnect;
let ingestor: IngestorProcess;

/** The command as an operator types it, against a running service that has read a Connect server. */
beforeAll(async () => {
  fake = await startFakeConnect(
    createConnect({
      now: Date.now(),
      people: someAccounts(60),
      scale: 0.02,
      visits: 1500,
      jobDays: 20,
      packagesPerItem: 0,
      auditEvents: 20,
    }),
  );
  ingestor = await IngestorProcess.start({
    config: {
      connect: { servers: [{ name: 'prod', url: fake.url, api_key_file: keyFile(), schedule: '0 0 1 1 *' }] },
      access: {
        tokens: [
          { name: 'board', token_file: keyFile(tokens.aggregate) },
          { name: 'admin', token_file: keyFile(tokens.platform), scope: 'platform' },
        ],
      },
      marts: { interval_seconds: 3600 },
    },
  });
  const polled = await ingestor.cli(['poll', 'connect']);
  expect(polled).toMatchObject({ code: 0, stderr: '' });
  expect(polled.stdout).toMatch(/^connect\/prod: ok/);
  expect(fake.writes).toBe(0);
  fake.reset();
}, 300_000);
afterAll(async () => {
  await ingestor.remove();
  await fake.close();
});

const guids = (plan: CleanupPlan, rule: string): string[] =>
  plan.items
    .filter(({ findings }) => findings.some((finding) => finding.rule === rule))
    .map(({ content_guid: guid }) => guid)
    .sort();

describe('sce-voice cleanup plan', () => {
  it('writes what is so, for this account only, and asks the server nothing', async () => {
    const { code, stdout, stderr } = await ingestor.cli(['cleanup', 'plan', '--out', 'plan.yaml']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/Nothing was changed/);
    const file = join(ingestor.dataDir, 'plan.yaml');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const plan = parse(await readFile(file, 'utf8')) as CleanupPlan;
    const { truth, items } = fake.world;
    expect(guids(plan, 'never deployed')).toEqual([...truth.neverDeployed].sort());
    expect(guids(plan, 'repeated failed publish')).toEqual([...truth.repeatedFailed].sort());
    expect(guids(plan, 'unseen')).toEqual([...truth.unseen].sort());
    expect(guids(plan, 'forgotten schedule')).toEqual([...truth.forgotten].sort());
    expect(guids(plan, 'failing')).toEqual([...truth.failing].sort());
    for (const item of plan.items) {
      expect(item.findings.every(({ evidence }) => evidence !== '')).toBe(true);
      expect(item.owner.key).toMatch(/^u_[0-9a-f]{16}$/);
      const bundles = items.find(({ guid }) => guid === item.content_guid)?.bundles ?? [];
      expect(item.bytes).toBe(bundles.reduce((sum, { size }) => sum + size, 0));
      expect([item.status, item.exempt !== null]).toEqual(
        truth.exempt.has(item.content_guid) ? ['exempt', true] : ['proposed', false],
      );
    }
    // A dry run: no request at all, above all none that changes something.
    expect([fake.total, fake.writes]).toEqual([0, 0]);
  });

  it('replaces a file that may hold decisions only when told to', async () => {
    const again = await ingestor.cli(['cleanup', 'plan', '--out', 'plan.yaml']);
    expect(again).toMatchObject({ code: 1, stdout: '' });
    expect(again.stderr).toMatch(/plan\.yaml is there and may hold decisions.*--force/);
    const forced = await ingestor.cli(['cleanup', 'plan', '--out', 'plan.yaml', '--format', 'json', '--force']);
    expect(forced.code).toBe(0);
    expect(JSON.parse(await readFile(join(ingestor.dataDir, 'plan.yaml'), 'utf8'))).toHaveProperty('plan.hash');
    expect((await stat(join(ingestor.dataDir, 'plan.yaml'))).mode & 0o777).toBe(0o600);
  });

  it('one rule alone', async () => {
    const { code } = await ingestor.cli(['cleanup', 'plan', '--rule', 'unseen', '--out', 'unseen.yaml']);
    expect(code).toBe(0);
    const plan = parse(await readFile(join(ingestor.dataDir, 'unseen.yaml'), 'utf8')) as CleanupPlan;
    expect(plan.summary.map(({ rule }) => rule)).toEqual(['unseen']);
  });

  it('over HTTP with a token: the scope platform is needed, a token of groups is refused and leaves no file', async () => {
    const elsewhere = (token: string, out: string) =>
      ingestor.cli(['cleanup', 'plan', '--url', ingestor.url, '--out', out], {
        // Another machine: no credentials of this one, nor its configuration.
        SCE_DATA_DIR: '/nonexistent',
        SCE_CONFIG: join(ingestor.dataDir, 'elsewhere.yaml'),
        SCE_READ_TOKEN: token,
      });
    await writeFile(join(ingestor.dataDir, 'elsewhere.yaml'), '{}\n');
    expect(await elsewhere(tokens.platform, 'platform.yaml')).toMatchObject({ code: 0, stderr: '' });
    for (const token of [tokens.aggregate, 'wrong']) {
      const refused = await elsewhere(token, 'refused.yaml');
      expect(refused).toMatchObject({ code: 1, stdout: '' });
      expect(refused.stderr).toMatch(/scope|token/);
    }
    await expect(stat(join(ingestor.dataDir, 'refused.yaml'))).rejects.toMatchObject({ code: 'ENOENT' });
    expect(fake.writes).toBe(0);
  });

  it('would be seen to change something: the fake counts what does', async () => {
    const [gone, kept] = fake.world.items.filter(({ deleted }) => !deleted);
    const send = async (method: string, guid: string | undefined): Promise<number> =>
      (
        await fetch(`${fake.url}__api__/v1/content/${guid ?? ''}`, {
          method,
          headers: { authorization: `Key ${FAKE_CONNECT_KEY}` },
          ...(method === 'PATCH' ? { body: '{"locked":true}' } : {}),
        })
      ).status;
    fake.reset();
    expect([await send('GET', gone?.guid), fake.writes]).toEqual([200, 0]);
    expect([await send('DELETE', gone?.guid), fake.writes]).toEqual([204, 1]);
    // Deleted for good: a second time there is nothing.
    expect([await send('DELETE', gone?.guid), fake.writes]).toEqual([404, 2]);
    expect([await send('GET', gone?.guid), fake.writes]).toEqual([404, 2]);
    expect([await send('PATCH', kept?.guid), fake.writes]).toEqual([200, 3]);
  });

  it('says what to do when a rule is misspelt or nothing answers', async () => {
    expect((await ingestor.cli(['cleanup', 'plan', '--rule', 'unsene', '--out', 'x.yaml'])).stderr).toMatch(/rule/);
    const away = await ingestor.cli(['cleanup', 'plan', '--out', 'x.yaml'], { SCE_HTTP_PORT: '1' });
    expect(away.stderr).toMatch(/no service answers/);
  });
});
