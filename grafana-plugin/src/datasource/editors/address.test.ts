import { describe, expect, it } from 'vitest';
import { addressProblem, isInsecure } from './address.ts';

describe('addressProblem', () => {
  it.each(['http://localhost:9201', 'https://sce.example', 'https://sce.example/voice', 'http://[::1]:9201'])(
    'accepts %s',
    (address) => expect(addressProblem(address)).toBeNull(),
  );
  it.each([
    ['', /needed/],
    ['localhost', /no address/],
    ['localhost:9201', /begins with http/],
    ['ftp://sce.example', /begins with http/],
    ['http://me:secret@sce.example', /token belongs/],
    ['http://sce.example?x=1', /without \? or #/],
  ])('refuses "%s"', (address, reason) => expect(addressProblem(address)).toMatch(reason));
});

describe('isInsecure', () => {
  it.each(['http://sce.example:9201', 'http://10.0.0.8:9201'])('warns of %s', (address) =>
    expect(isInsecure(address)).toBe(true),
  );
  it.each([
    'https://sce.example',
    'http://localhost:9201',
    'http://127.0.0.1:9201',
    'http://ingestor:9201',
    'http://ingestor.monitoring.svc:9201',
    'http://ingestor.monitoring.svc.cluster.local:9201',
    'not an address',
  ])('leaves %s alone', (address) => expect(isInsecure(address)).toBe(false));
});
