import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseChallenge } from './challenge.ts';

const bearer = {
  scheme: 'bearer',
  realm: 'https://auth.example.com/token',
  service: 'r',
  scope: 'repository:a/b:pull',
};

it.each([
  ['Bearer realm="https://auth.example.com/token",service="r",scope="repository:a/b:pull"', bearer],
  [
    'bearer Realm = "https://auth.example.com/token", service=r, scope="repository:a/b:pull", error="insufficient_scope"',
    bearer,
  ],
  [
    'Bearer realm="https://auth.example.com/token",scope="repository:a/b:pull,push"',
    { ...bearer, service: '', scope: 'repository:a/b:pull,push' },
  ],
  [
    'Bearer realm="https://a.example.com/t?x=1,2"',
    { scheme: 'bearer', realm: 'https://a.example.com/t?x=1,2', service: '', scope: '' },
  ],
  ['Basic realm="Registry, private"', { scheme: 'basic' }],
  ['Basic', { scheme: 'basic' }],
  ['Negotiate, Basic realm="x"', { scheme: 'basic' }],
  ['Negotiate', null],
  ['Bearer realm="file:///etc/passwd"', null],
  ['Bearer realm="auth"', null],
  ['Bearer', null],
  ['', null],
])('%s', (header, expected) => {
  expect(parseChallenge(header)).toEqual(expected);
});

it('never throws', () => {
  fc.assert(fc.property(fc.string(), (text) => void parseChallenge(`Bearer ${text}`)));
});
