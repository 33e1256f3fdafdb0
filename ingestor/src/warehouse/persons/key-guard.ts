import { SceError } from '../../errors.ts';
import type { Pseudonymiser } from '../../identity/pseudonym.ts';
import type { Warehouse, WarehouseReader } from '../warehouse.ts';

/**
 * Refuses to start with another pseudonym key than the one the stored pseudonyms were made with: the same person would get
 * a second code. The first ingestor registers its key's fingerprint; of two that start together the earlier one stays.
 * `acceptNew` (`privacy.accept_new_pseudonym_key`) puts this key in the place of a lost one. Throws `INVALID_CONFIG`.
 */
export async function guardPseudonymKey(
  warehouse: Warehouse,
  pseudonymiser: Pseudonymiser,
  options: { readonly acceptNew: boolean; readonly now?: () => Date },
): Promise<void> {
  const own = pseudonymiser.fingerprint();
  let valid = await validKey(warehouse.reader);
  if (valid === null || (options.acceptNew && valid !== own)) {
    const row = { timestamp: options.now?.() ?? new Date(), fingerprint: own, accepted: valid !== null };
    await warehouse.writer.write([{ table: 'pseudonym_keys', rows: [row] }]);
    await warehouse.settle(['pseudonym_keys']);
    valid = await validKey(warehouse.reader);
  }
  if (valid === own) return;
  throw new SceError(
    'INVALID_CONFIG',
    `this ingestor's pseudonym key (fingerprint ${own}) is not the one that the stored pseudonyms were made with (${String(valid)}): ` +
      'the same person would get a second code. Give every ingestor the same SCE_PSEUDONYM_KEY or SCE_PSEUDONYM_KEY_FILE (without ' +
      'them the first one made its key: pseudonym.key in its data directory). If that key is lost for good, start once with ' +
      'privacy.accept_new_pseudonym_key: true',
    { details: { own, stored: valid } },
  );
}

async function validKey(reader: WarehouseReader): Promise<string | null> {
  const rows = await reader.rows<{ fingerprint: string; accepted: boolean }>(
    'select fingerprint, accepted from pseudonym_keys order by timestamp, fingerprint',
  );
  return (rows.findLast(({ accepted }) => accepted) ?? rows[0])?.fingerprint ?? null;
}
