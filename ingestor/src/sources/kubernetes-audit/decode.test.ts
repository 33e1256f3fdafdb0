import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeAudit } from './decode.ts';

const now = new Date('2026-10-01T12:00:00Z');

/** An audit event as the API server sends it (RequestResponse level, so that bodies are there to be dropped). */
const event = (changes: Record<string, unknown> = {}) => ({
  kind: 'Event',
  level: 'RequestResponse',
  auditID: '2f1c0d5e-1111-4222-8333-944455556666',
  stage: 'ResponseComplete',
  requestURI: '/api/v1/namespaces/hub/pods/jupyter-meierk',
  verb: 'delete',
  user: { username: 'system:serviceaccount:hub:hub', groups: ['system:serviceaccounts'] },
  sourceIPs: ['10.0.0.1'],
  userAgent: 'OpenAPI-Generator/29.0.0/python',
  objectRef: { resource: 'pods', namespace: 'hub', name: 'jupyter-meierk', apiVersion: 'v1' },
  responseStatus: { metadata: {}, code: 200 },
  requestObject: { secret: 'x' },
  requestReceivedTimestamp: '2026-10-01T07:12:03.123456Z',
  stageTimestamp: '2026-10-01T07:12:03.223456Z',
  annotations: { 'authorization.k8s.io/decision': 'allow' },
  ...changes,
});
const object = (changes: Record<string, unknown>) => ({ objectRef: { ...event().objectRef, ...changes } });
const decode = (...items: unknown[]) =>
  decodeAudit({ kind: 'EventList', apiVersion: 'audit.k8s.io/v1', metadata: {}, items }, now);
const outcome = (item: unknown) => {
  const { kept, ignored } = decode(item);
  return kept[0]?.verb ?? (ignored === 1 ? 'ignored' : 'invalid');
};

it.each([
  ['delete', event(), 'delete'],
  ['delete answered 202', event({ responseStatus: { code: 202 } }), 'delete'],
  [
    'deletecollection has no name',
    event({ verb: 'deletecollection', ...object({ name: undefined }) }),
    'deletecollection',
  ],
  ['create', event({ verb: 'create', responseStatus: { code: 201 } }), 'create'],
  ['patch', event({ verb: 'patch' }), 'patch'],
  ['eviction', event({ verb: 'create', ...object({ subresource: 'eviction' }) }), 'evict'],
  [
    'eviction refused by a budget',
    event({ verb: 'create', ...object({ subresource: 'eviction' }), responseStatus: { code: 429 } }),
    'ignored',
  ],
  ['status patch of a kubelet', event({ verb: 'patch', ...object({ subresource: 'status' }) }), 'ignored'],
  ['binding', event({ verb: 'create', ...object({ subresource: 'binding' }) }), 'ignored'],
  ['exec', event({ verb: 'create', ...object({ subresource: 'exec' }) }), 'ignored'],
  ['read', event({ verb: 'get' }), 'ignored'],
  ['already gone', event({ responseStatus: { code: 404 } }), 'ignored'],
  ['no answer', event({ responseStatus: undefined }), 'ignored'],
  ['earlier stage', event({ stage: 'RequestReceived' }), 'ignored'],
  ['other resource', event(object({ resource: 'secrets' })), 'ignored'],
  ['pods of another group (metrics.k8s.io)', event(object({ apiGroup: 'metrics.k8s.io' })), 'ignored'],
  ['no object', event({ objectRef: undefined }), 'ignored'],
  ['no id', event({ auditID: '' }), 'invalid'],
  ['no user', event({ user: {} }), 'invalid'],
  ['no time', event({ requestReceivedTimestamp: undefined, stageTimestamp: 'yesterday' }), 'invalid'],
  ['next week', event({ requestReceivedTimestamp: '2026-10-08T07:12:03Z' }), 'invalid'],
  ['no event', 'x', 'invalid'],
])('%s', (_, item, expected) => {
  expect(outcome(item)).toBe(expected);
});

it('keeps no body, URI or address', () => {
  const facts = decode(event()).kept[0];
  expect(JSON.stringify(facts)).not.toMatch(/secret|requestURI|10\.0\.0\.1/);
  expect(facts).toMatchObject({
    at: new Date('2026-10-01T07:12:03.123Z'),
    pod: 'jupyter-meierk',
    user: 'system:serviceaccount:hub:hub',
  });
});

describe('what is not an EventList', () => {
  it.each([
    null,
    [],
    {},
    { kind: 'EventList', apiVersion: 'audit.k8s.io/v1beta1', items: [] },
    { kind: 'EventList', apiVersion: 'audit.k8s.io/v1' },
  ])('%j', (body) => {
    expect(() => decodeAudit(body, now)).toThrow('EventList of audit.k8s.io/v1');
  });
});

it('counts every item once, whatever it is', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.oneof(
          fc.jsonValue(),
          fc.jsonValue().map((value) => event({ user: value, objectRef: value })),
        ),
      ),
      (items) => {
        const { kept, ignored, invalid } = decode(...items);
        expect(kept.length + ignored + invalid).toBe(items.length);
      },
    ),
  );
});
