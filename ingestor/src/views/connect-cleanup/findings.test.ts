import { describe, expect, it } from 'vitest';
import { parseFileConfig } from '../../config.ts';
import { PriceBook } from '../money/price-book.ts';
import { dayMs, type ConnectFacts, type ContentItem, type RecentJob, type ScheduleRow } from './facts.ts';
import { baseName, connectFindings } from './findings.ts';

const until = new Date('2026-10-01T12:00:00Z');
const ago = (days: number): Date => new Date(until.getTime() - days * dayMs);

let guids = 0;
function item(fields: Partial<ContentItem> = {}): ContentItem {
  return {
    server: 'prod',
    content_guid: `item-${++guids}`,
    name: 'report',
    title: null,
    owner: 'u_anna',
    is_locked: false,
    created_at: ago(500),
    last_deployed_at: ago(400),
    bundle_id: '7',
    app_mode: 'rmd-static',
    category: '',
    cpu_request_cores: null,
    memory_request_bytes: null,
    min_processes: null,
    r_version: null,
    python_version: null,
    quarto_version: null,
    tags: null,
    bundles: 1,
    bytes_total: 10,
    bytes_active: 10,
    ...fields,
  };
}

interface World {
  readonly items: readonly ContentItem[];
  /** Days ago of the last look at the first item. */
  readonly seen?: number;
  /** Days ago of the first and the last known event of both logs. */
  readonly log?: readonly [number, number] | null;
  readonly jobs?: readonly Partial<RecentJob>[];
  readonly schedules?: readonly Partial<ScheduleRow>[];
  readonly cleanup?: object;
}

/** Rules that hold, of the first item unless there are several: `rule`, and why it stays. */
function rulesOf({ items, seen, log = [800, 0], jobs = [], schedules = [], cleanup = {} }: World): string[] {
  const [first] = items;
  const key = `prod ${first?.content_guid ?? ''}`;
  const span = log && { server: 'prod', log: '', is_available: true, begins_at: ago(log[0]), known_until: ago(log[1]) };
  const facts: ConnectFacts = {
    until,
    items,
    lastSeen: new Map(seen === undefined ? [] : [[key, ago(seen)]]),
    logs: new Map(span ? [['prod visits', span] as const, ['prod sessions', span] as const] : []),
    recentJobs: new Map([
      [
        key,
        jobs.map((job, index) => ({
          server: 'prod',
          content_guid: first?.content_guid ?? '',
          job_key: `j${index}`,
          tag: 'build_report',
          outcome: 'ok',
          timestamp: ago(index),
          exit_code: 0,
          is_scheduled: false,
          of_all: index + 1,
          of_kind: index + 1,
          ...job,
        })),
      ],
    ]),
    schedules: new Map([
      [
        key,
        schedules.map((schedule) => ({
          server: 'prod',
          content_guid: first?.content_guid ?? '',
          schedule_key: 's',
          type: 'day',
          definition: null,
          time_zone: null,
          is_active: true,
          mailed_to: 'nobody',
          starts_at: ago(300),
          ...schedule,
        })),
      ],
    ]),
    runs: new Map(),
    scheduledRuns: new Map(),
    book: new PriceBook([], [], ''),
    storageCost: () => null,
  };
  const { connect } = parseFileConfig({ connect: { cleanup } }, 'test');
  return connectFindings(facts, connect.cleanup).map(
    ({ rule, item: found, exemptReason, proposal }) =>
      `${items.length > 1 ? `${items.indexOf(found)} ` : ''}${rule}${proposal === 'warn owner' ? ' (warn)' : ''}${exemptReason === null ? '' : `, stays: ${exemptReason}`}`,
  );
}

const dead = (days: number, fields: Partial<ContentItem> = {}): ContentItem =>
  item({ bundle_id: null, app_mode: 'unknown', last_deployed_at: null, created_at: ago(days), ...fields });
const pin = { category: 'pin' };
const looked = { seen: 10 };

describe('never deployed', () => {
  it.each<[string, World, string[]]>([
    ['29 days', { items: [dead(29)] }, []],
    ['30 days to the second: not more than', { items: [dead(30)] }, []],
    ['31 days', { items: [dead(31)] }, ['never deployed']],
    ['locked', { items: [dead(31, { is_locked: true })] }, ['never deployed, stays: locked']],
    ['tagged', { items: [dead(31, { tags: '["Safety","KEEP"]' })] }, ['never deployed, stays: tagged KEEP']],
    ['without an owner', { items: [dead(31, { owner: null })] }, ['never deployed']],
    // Servers that say the time of creation there.
    ['with a time of deployment', { items: [dead(2000, { last_deployed_at: ago(2000) })] }, ['never deployed']],
    ['a threshold of one’s own', { items: [dead(31)], cleanup: { never_deployed_days: 60 } }, []],
  ])('%s', (_, world, expected) => {
    expect(rulesOf(world)).toEqual(expected);
  });

  it('on the list, with its reason', () => {
    const listed = dead(31);
    const cleanup = { exempt: [{ content: listed.content_guid, reason: 'an audit needs it' }] };
    expect(rulesOf({ items: [listed], cleanup })).toEqual(['never deployed, stays: an audit needs it']);
  });
});

describe('repeated failed publish', () => {
  const tries = (...days: number[]): ContentItem[] => days.map((at, index) => dead(at, { name: `TLF${index || ''}` }));
  const repeated = (world: World): string[] => rulesOf(world).filter((rule) => rule.includes('repeated'));
  it.each<[string, readonly ContentItem[], number[]]>([
    ['one try is no series', tries(20), []],
    ['none deployed: all but the newest', tries(25, 20, 10), [0, 1]],
    ['fourteen days apart: one series', tries(28, 14), [0]],
    ['more than fourteen: two series of one', tries(28.1, 14), []],
    ['one deployed: all dead ones', [...tries(25, 20), item({ name: 'tlf2', created_at: ago(10) })], [0, 1]],
    [
      'the newest is dead, an earlier one deployed',
      [item({ name: 'tlf', created_at: ago(25) }), dead(20, { name: 'TLF1' })],
      [1],
    ],
    ['other owners', [dead(20, { name: 'tlf', owner: 'u_ben' }), dead(19, { name: 'tlf1' })], []],
    ['owners that nobody knows', [dead(20, { name: 'tlf', owner: null }), dead(19, { name: 'tlf1', owner: null })], []],
    ['other servers', [dead(20, { name: 'tlf', server: 'test' }), dead(19, { name: 'tlf1' })], []],
    [
      'twelve tries, one deployed: eleven',
      [...tries(...Array.from({ length: 11 }, (_, at) => 29 - at)), item({ name: 'TLF11', created_at: ago(17) })],
      Array.from({ length: 11 }, (_, at) => at),
    ],
  ])('%s', (_, items, expected) => {
    expect(repeated({ items, ...looked }).map((rule) => Number(rule.split(' ')[0]))).toEqual(expected);
  });

  it.each([
    ['TLF_Shell12', 'tlf_shell'],
    ['v2-model', 'v2-model'],
    ['2024', ''],
  ])('%s is %s', (name, base) => {
    expect(baseName(name)).toBe(base);
  });
});

describe('unseen', () => {
  it.each<[string, World, string[]]>([
    ['364 days ago', { items: [item()], seen: 364 }, []],
    ['365 days to the second', { items: [item()], seen: 365 }, []],
    ['366 days ago', { items: [item()], seen: 366 }, ['unseen']],
    ['never, the log covers the year', { items: [item()] }, ['unseen']],
    ['never, and 364 days old', { items: [item({ created_at: ago(364), last_deployed_at: ago(300) })] }, []],
    ['a pin', { items: [item(pin)] }, []],
    ['an API without hits', { items: [item({ app_mode: 'python-fastapi' })] }, []],
    ['the log is shorter than the window', { items: [item()], log: [364, 0] }, []],
    ['there is no log', { items: [item()], log: null }, []],
    [
      'the log begins after the window, but before the item',
      { items: [item({ created_at: ago(365) })], log: [365, 0] },
      ['unseen'],
    ],
    ['the log ended ten days ago', { items: [item()], log: [800, 10] }, []],
    ['locked', { items: [item({ is_locked: true })] }, ['unseen, stays: locked']],
    ['never deployed', { items: [dead(500)] }, ['never deployed']],
  ])('%s', (_, world, expected) => {
    expect(rulesOf(world)).toEqual(expected);
  });
});

describe('retention', () => {
  it.each<[number, string[]]>([
    [1096, []],
    [1097, ['retention (warn)']],
    [1186, ['retention (warn)']],
    [1187, ['retention']],
  ])('%d days', (days, expected) => {
    expect(rulesOf({ items: [item({ created_at: ago(1300), last_deployed_at: ago(days) })], ...looked })).toEqual(
      expected,
    );
  });
});

describe('forgotten schedule', () => {
  const schedules = [{}];
  it.each<[string, World, string[]]>([
    ['89 days ago', { items: [item()], schedules, seen: 89 }, []],
    ['91 days ago', { items: [item()], schedules, seen: 91 }, ['forgotten schedule']],
    ['a log of 120 days is enough', { items: [item()], schedules, log: [120, 0] }, ['forgotten schedule']],
    ['one of 80 is not', { items: [item()], schedules, log: [80, 0] }, []],
    [
      'mailed to its owner only',
      { items: [item()], schedules: [{ mailed_to: 'owner' }], seen: 91 },
      ['forgotten schedule'],
    ],
    ['mailed to others', { items: [item()], schedules: [{ mailed_to: 'others' }], seen: 91 }, []],
    ['perhaps mailed to others', { items: [item()], schedules: [{ mailed_to: 'unknown' }], seen: 91 }, []],
    ['switched off', { items: [item()], schedules: [{ is_active: false }], seen: 91 }, []],
    ['begun a month ago', { items: [item()], schedules: [{ starts_at: ago(30) }], seen: 91 }, []],
  ])('%s', (_, world, expected) => {
    expect(rulesOf(world)).toEqual(expected);
  });
});

describe('failing', () => {
  const run = (outcome: string): Partial<RecentJob> => ({ outcome, is_scheduled: true });
  const app = (outcome: string): Partial<RecentJob> => ({ outcome, tag: 'run_app' });
  const schedules = [{}];
  it.each<[string, World, string[]]>([
    [
      'three scheduled runs',
      { items: [item()], ...looked, schedules, jobs: ['failed', 'killed', 'lost'].map(run) },
      ['failing'],
    ],
    ['two of three', { items: [item()], ...looked, schedules, jobs: ['failed', 'failed', 'ok'].map(run) }, []],
    ['only two yet', { items: [item()], ...looked, schedules, jobs: ['failed', 'failed'].map(run) }, []],
    ['without a schedule any more', { items: [item()], ...looked, jobs: ['failed', 'failed', 'failed'].map(run) }, []],
    [
      'three crashes in five',
      { items: [item()], ...looked, jobs: ['failed', 'ok', 'failed', 'ok', 'failed'].map(app) },
      ['failing'],
    ],
    ['two crashes in five', { items: [item()], ...looked, jobs: ['failed', 'ok', 'failed', 'ok', 'ok'].map(app) }, []],
    [
      'killed is not crashed',
      { items: [item()], ...looked, jobs: ['killed', 'killed', 'killed', 'killed'].map(app) },
      [],
    ],
    [
      'older servers do not say what was scheduled',
      { items: [item()], ...looked, schedules, jobs: ['failed', 'failed', 'failed'].map((outcome) => ({ outcome })) },
      ['failing'],
    ],
  ])('%s', (_, world, expected) => {
    expect(rulesOf(world)).toEqual(expected);
  });
});
