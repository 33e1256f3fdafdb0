import { SceError, isSceError } from '../../errors.ts';
import { readSql } from '../../warehouse/sql.ts';
import type { PollOutcome, PollRun, SourceContext } from '../source.ts';
import { ConnectClient } from './client.ts';
import type { ConnectServer } from './config.ts';
import type { UsageContext } from './decode-usage.ts';
import { readDetails } from './details.ts';
import { record, text } from './json.ts';
import { readContent, readEnvironments, readGroups, readStorage, readUsers } from './lists.ts';
import { readAudit, readHits, readUsage } from './logs.ts';
import { ConnectRun } from './run.ts';
import { Snapshot } from './snapshot.ts';
import { openState } from './state.ts';

const storedServer = readSql(import.meta.url, 'stored-server.sql');
/** What listings are compared with: what an earlier poll was acknowledged must be visible, or its things would not be missed. */
const comparedTables = [
  'content',
  'users',
  'groups',
  'environments',
  'storage',
  'bundles',
  'jobs',
  'schedules',
  'packages',
];
/** Beyond this the difference of the clocks is worth a word in the log. */
const noteworthySkewMs = 60_000;

/**
 * One poll of one server. Its parts do not wait for each other's health: when one cannot be read, the others are, and the
 * first failure is thrown at the end. What a key that is refused, or no administrator's, would show is not read at all.
 */
export async function pollConnect(server: ConnectServer, poll: PollRun, context: SourceContext): Promise<PollOutcome> {
  const client = await ConnectClient.open(server, poll.signal);
  try {
    const run = new ConnectRun(context, server, client, poll, openState(poll.state));
    await checkRole(run);
    await context.warehouse.settle([...comparedTables, 'logs', 'servers'].map((name) => `connect_${name}`));
    const { people, count: users } = await readUsers(run);
    const agents = context.config.connect.monitor_agents.map((pattern) => new RegExp(pattern, 'iu'));
    const usage: UsageContext = {
      server: server.name,
      people,
      isMonitorAgent: (agent) => agent !== null && agents.some((pattern) => pattern.test(agent)),
    };
    const failures: unknown[] = [];
    const part = async (read: () => Promise<void>): Promise<void> => {
      try {
        await read();
      } catch (error) {
        poll.signal.throwIfAborted();
        if (!isSceError(error) || error.code !== 'SOURCE_FAILED' || error.details['status'] === 401) throw error;
        failures.push(error);
      }
    };
    const items = await readContent(run, people);
    await run.checkpoint();
    await part(() => readUsage(run, usage, 'visits'));
    await part(() => readUsage(run, usage, 'sessions'));
    await part(() => readHits(run, usage));
    await part(() => readAudit(run, usage));
    if (isDue(run)) {
      const before = failures.length;
      await part(() => readGroups(run, people));
      await part(() => readEnvironments(run));
      await part(() => readStorage(run));
      if (failures.length === before) run.state.dailyAt = poll.startedAt.toISOString();
    }
    await part(() => readDetails(run, items, people));
    await writeServer(run, items.length, users);
    poll.log.info({ requests: client.requests, unreadable: run.unreadable }, 'Connect was read');
    if (failures.length > 0) {
      await run.checkpoint();
      throw failures[0];
    }
    run.state.day = null;
    const { rowsRead, rowsWritten } = run;
    return { state: run.state, rowsRead, rowsWritten, complete: run.unreadable === 0 };
  } finally {
    await client.close();
  }
}

async function checkRole(run: ConnectRun): Promise<void> {
  const role = text(record(await run.client.must('v1/user'))?.['user_role']);
  if (role === 'administrator') return;
  throw new SceError(
    'FEED_REFUSED',
    `Connect ${run.name}: the API key belongs to a ${role ?? 'user without a role'}; an administrator’s is needed, others see only a part and nothing could be concluded from what is missing`,
  );
}

function isDue(run: ConnectRun): boolean {
  const { dailyAt } = run.state;
  const hours = run.context.config.connect.daily_hours;
  return dailyAt === null || run.run.startedAt.getTime() - Date.parse(dailyAt) >= hours * 3_600_000;
}

async function writeServer(run: ConnectRun, items: number, users: number): Promise<void> {
  const answer = await run.client.get('server_settings');
  const settings = answer.missing === null ? record(answer.json) : null;
  const skewMs = run.client.skewMs ?? 0;
  if (Math.abs(skewMs) > noteworthySkewMs)
    run.run.log.warn(
      { skewSeconds: Math.round(skewMs / 1000) },
      'the clock of the Connect server differs from ours; its own times are kept',
    );
  const stored = await Snapshot.load(run.context.warehouse.reader, storedServer, [run.name]);
  const endpoints = ['hits', 'jobs', 'packages', 'storage', 'variants'].map((name) => [
    name,
    run.state.missing[name] ? 'missing' : 'used',
  ]);
  const row = {
    server: run.name,
    version: text(settings?.['version']),
    clock_skew_seconds: skewMs / 1000,
    endpoints: JSON.stringify(Object.fromEntries(endpoints)),
    content_items: items,
    users,
  };
  await run.write({ connect_servers: [stored.changed(run.name, run.day, row, ['clock_skew_seconds'])] });
}
