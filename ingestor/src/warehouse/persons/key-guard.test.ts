import { beforeEach, expect, it } from 'vitest';
import { useWarehouse } from '../../../../test/support/warehouse.ts';
import { Pseudonymiser } from '../../identity/pseudonym.ts';
import type { Warehouse } from '../warehouse.ts';
import { guardPseudonymKey } from './key-guard.ts';

let warehouse: Warehouse;
const keyed = (letter: string): Pseudonymiser =>
  new Pseudonymiser({ key: Buffer.from(letter.repeat(32)), privacy: { pseudonyms: true, personal_labels: [] } });
const guard = (letter: string, acceptNew = false): Promise<void> =>
  guardPseudonymKey(warehouse, keyed(letter), { acceptNew });

beforeEach(async () => {
  warehouse = await useWarehouse({ migrations: [new URL('./tables.sql', import.meta.url)] });
});

it('lets the first key in, and that key again', async () => {
  await guard('a');
  await guard('a');
  expect(await warehouse.reader.rows('select * from pseudonym_keys')).toHaveLength(1);
});

it('refuses another key and says what to do; the warehouse stays with the first', async () => {
  await guard('a');
  await expect(guard('b')).rejects.toMatchObject({
    code: 'INVALID_CONFIG',
    message: expect.stringMatching(/same SCE_PSEUDONYM_KEY.*accept_new_pseudonym_key/s) as string,
    details: { own: keyed('b').fingerprint(), stored: keyed('a').fingerprint() },
  });
  await guard('a');
});

it('of two that start together one stays', async () => {
  const results = await Promise.allSettled([guard('a'), guard('b')]);
  const later = await Promise.allSettled([guard('a'), guard('b')]);
  expect(results.filter(({ status }) => status === 'fulfilled').length).toBeGreaterThan(0);
  expect(later.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
});

it('takes a new key where the operator says so, and then refuses the old one', async () => {
  await guard('a');
  await guard('b', true);
  await guard('b');
  await guard('b', true);
  await expect(guard('a')).rejects.toThrow(/fingerprint/);
  expect(await warehouse.reader.rows('select * from pseudonym_keys')).toHaveLength(2);
});
