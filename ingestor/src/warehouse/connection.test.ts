import { expect, test } from 'vitest';
import { parseQuestdbUrl } from './connection.ts';
import { authorization, ilpEndpoint } from './ilp-endpoint.ts';

test('an address alone means an untouched QuestDB', () => {
  expect(parseQuestdbUrl('http::addr=questdb')).toEqual({
    httpUrl: 'http://questdb:9000',
    http: null,
    httpToken: null,
    pgHost: 'questdb',
    pgPort: 8812,
    pgDatabase: 'qdb',
    pgWriter: { user: 'admin', password: 'quest' },
    pgReader: { user: 'admin', password: 'quest' },
  });
});

test('everything can be said', () => {
  const text =
    'https::addr=[::1]:443;username=w;password=a;;b=c;pg_port=5432;pg_username=p;pg_password=q;pg_read_username=r;pg_read_password=s;';
  const connection = parseQuestdbUrl(text);
  expect(connection).toMatchObject({
    httpUrl: 'https://[::1]:443',
    http: { user: 'w', password: 'a;b=c' },
    pgHost: '::1',
    pgPort: 5432,
    pgWriter: { user: 'p', password: 'q' },
    pgReader: { user: 'r', password: 's' },
  });
  expect(authorization(connection)).toEqual({ authorization: `Basic ${Buffer.from('w:a;b=c').toString('base64')}` });
  expect(ilpEndpoint(connection, 'ms').url.href).toBe('https://[::1]/write?precision=ms');
});

test.each([
  ['tcp::addr=questdb:9009;', 'protocol "tcp"'],
  ['questdb:9000', 'protocol "questdb:9000"'],
  ['http::username=a;', 'no addr'],
  ['http::addr=a b;', 'address "a b"'],
  ['http::addr=host/path;', 'address "host/path"'],
  ['http::addr=host:99999;', 'address "host:99999"'],
  ['http::addr=host;pg_port=x;', 'pg_port "x"'],
  ['http::addr=host;adr=x;', 'unknown key "adr"'],
])('%s is refused', (text, what) => {
  expect(() => parseQuestdbUrl(text)).toThrow(expect.objectContaining({ code: 'INVALID_CONFIG' }));
  expect(() => parseQuestdbUrl(text)).toThrow(what);
});

test('a refusal does not repeat a password', () => {
  expect(() => parseQuestdbUrl('http::addr=host;password=geheim;pasword=geheim;')).not.toThrow('geheim');
});
