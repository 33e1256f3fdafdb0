import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isSceError } from '../../errors.ts';
import { decodeEvents } from './decode.ts';

const now = new Date('2026-10-01T12:00:00Z');
const options = { now, maxEvents: 5, futureWindowSeconds: 600 };
const at = '2026-10-01T07:12:03Z';
const json = (...events: unknown[]) => decodeEvents(JSON.stringify(events), 'json', options);
const reasonOf = (event: unknown) => json(event).rejected[0]?.reason ?? 'accepted';

describe('good events', () => {
  it.each([
    ['visit', { kind: 'visit', at, user: 'meierk' }],
    ['anonymous visit of a page', { kind: 'visit', at, path: '/docs' }],
    ['visit of a default JupyterHub server', { kind: 'visit', at, workspace: { user: 'meierk', serverName: '' } }],
    ['login', { kind: 'login', at, user: 'Kim.Meier@example.com' }],
    ['logout', { kind: 'logout', at, user: 'meierk' }],
    ['created', { kind: 'workspace_created', at, workspace: { podUid: 'u1' }, image: 'r:4', runtime: { r: '4.4.1' } }],
    [
      'stopped',
      { kind: 'workspace_stopped', at, workspace: { sessionId: 's1' }, by: { type: 'user', user: 'meierk' } },
    ],
    ['deleted', { kind: 'workspace_deleted', at, workspace: { podUid: 'u1' }, by: { type: 'rule', rule: 'cull-30d' } }],
    ['runtime', { kind: 'runtime_selected', at, workspace: { podUid: 'u1' }, runtime: { r: '4.4.1' } }],
    ['release', { kind: 'release', at, release: { name: 'workbench', version: '2026.09.0' } }],
  ])('%s', (_, event) => {
    expect(json(event)).toMatchObject({ events: [{ index: 0, at: new Date(at) }], rejected: [] });
  });

  it.each([
    ['2026-10-01T07:12:03.250Z', '2026-10-01T07:12:03.250Z'],
    ['2026-10-01T07:12:03.123456Z', '2026-10-01T07:12:03.123Z'],
    ['2026-10-01T02:12:03-05:00', '2026-10-01T07:12:03.000Z'],
    ['2026-10-01T09:12+0200', '2026-10-01T07:12:00.000Z'],
    [1_790_838_723_000, '2026-10-01T07:12:03.000Z'],
  ])('time %s', (given, expected) => {
    expect(json({ kind: 'login', user: 'a', at: given }).events[0]?.at.toISOString()).toBe(expected);
  });

  it('takes one event without an array', () => {
    expect(decodeEvents(JSON.stringify({ kind: 'login', at, user: 'a' }), 'json', options).events).toHaveLength(1);
  });

  it('takes NDJSON with blank lines and CRLF, and counts lines', () => {
    const body = `{"kind":"login","at":"${at}","user":"a"}\r\n\n{broken\n{"kind":"login","at":"${at}","user":"b"}`;
    const { events, rejected } = decodeEvents(body, 'ndjson', options);
    expect(events.map(({ index }) => index)).toEqual([0, 3]);
    expect(rejected).toEqual([{ index: 2, reason: 'the line is not valid JSON' }]);
  });
});

describe('bad events', () => {
  it.each([
    ['no object', 17, 'an event must be a JSON object'],
    ['null', null, 'an event must be a JSON object'],
    ['unknown kind', { kind: 'meierk', at }, '/kind must be one of visit, login,'],
    ['no time', { kind: 'login', user: 'a' }, 'required'],
    ['local time', { kind: 'login', user: 'a', at: '2026-10-01T07:12:03' }, '/at must end in Z or an offset'],
    ['no such day', { kind: 'login', user: 'a', at: '2026-02-30T07:12:03Z' }, '/at is not an ISO 8601 time'],
    ['epoch seconds', { kind: 'login', user: 'a', at: 1_790_838_723 }, 'not seconds'],
    ['future', { kind: 'login', user: 'a', at: '2026-10-01T12:10:01Z' }, '/at is more than 600 s in the future'],
    ['empty user', { kind: 'login', user: '', at }, '/user'],
    ['nobody and nothing', { kind: 'visit', at }, 'a visit needs user, workspace or path'],
    ['no workspace', { kind: 'workspace_deleted', at }, 'required'],
    ['empty workspace', { kind: 'workspace_deleted', at, workspace: {} }, '/workspace'],
    [
      'misspelt',
      { kind: 'login', at, user: 'a', meierk: 1 },
      'the event has a property that a login event does not know',
    ],
    ['misspelt deep', { kind: 'visit', at, workspace: { meierk: 1, podUid: 'u' } }, '/workspace has a property'],
    ['wrong actor', { kind: 'workspace_deleted', at, workspace: { podUid: 'u' }, by: { type: 'meierk' } }, '/by/type'],
    ['control character', { kind: 'login', at, user: 'a\u0000' }, '/user holds a control character'],
    ['half a pair', { kind: 'login', at, user: 'a\ud800' }, '/user holds a control character'],
    ['prototype', JSON.parse(`{"kind":"login","at":"${at}","user":"a","__proto__":{"x":1}}`), 'does not know'],
  ])('%s', (_, event, reason) => {
    expect(reasonOf(event)).toContain(reason);
    expect(reasonOf(event)).not.toContain('meierk');
  });

  it('keeps the good ones and tells the positions of the bad', () => {
    const good = { kind: 'login', at, user: 'a' };
    const { events, rejected } = json(good, 1, good, {});
    expect(events.map(({ index }) => index)).toEqual([0, 2]);
    expect(rejected.map(({ index }) => index)).toEqual([1, 3]);
  });

  it('refuses a body that is not JSON and one with too many events', () => {
    expect(() => decodeEvents('{', 'json', options)).toThrow('not valid JSON');
    expect(() => json(1, 2, 3, 4, 5, 6)).toThrow('6 events; at most 5');
  });
});

it('any JSON is either an event or a reason, and nothing throws', () => {
  fc.assert(
    fc.property(fc.array(fc.jsonValue(), { maxLength: 5 }), (items) => {
      const { events, rejected } = json(...items);
      expect(events.length + rejected.length).toBe(items.length);
    }),
  );
});

it('any text is refused with an error of the catalogue, or read', () => {
  fc.assert(
    fc.property(fc.string(), fc.constantFrom('json' as const, 'ndjson' as const), (body, format) => {
      try {
        decodeEvents(body, format, { ...options, maxEvents: 1000 });
      } catch (error) {
        expect(isSceError(error)).toBe(true);
      }
    }),
  );
});
