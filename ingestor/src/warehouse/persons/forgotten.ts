import type { Pseudonymiser } from '../../identity/pseudonym.ts';
import type { Warehouse, WarehouseReader } from '../warehouse.ts';

export type ForgottenReason = 'erased' | 'left';

/** Codes are unique by their day of entry, which is therefore always the same. */
const fixedTime = new Date(Date.UTC(2000, 0, 1));

/** Remembers codes (person keys, directory ids) so that a feed does not bring the person back. `erased` is for good. */
export async function rememberForgotten(
  warehouse: Warehouse,
  pseudonymiser: Pseudonymiser,
  codes: readonly string[],
  reason: ForgottenReason,
  now: Date,
): Promise<void> {
  const known = await loadForgotten(warehouse.reader);
  const rows = codes
    .map((code) => tombstone(pseudonymiser, code))
    .filter((code) => known.get(code) !== 'erased')
    .map((code) => ({ timestamp: fixedTime, code, reason, forgotten_at: now }));
  if (rows.length === 0) return;
  await warehouse.writer.write([{ table: 'forgotten_people', rows }]);
  await warehouse.settle(['forgotten_people']);
}

/** Tells for a code whether, and why, its person is forgotten. Null: not. */
export async function forgottenReason(
  reader: WarehouseReader,
  pseudonymiser: Pseudonymiser,
): Promise<(code: string) => ForgottenReason | null> {
  const known = await loadForgotten(reader);
  return (code) => (known.size === 0 ? null : (known.get(tombstone(pseudonymiser, code)) ?? null));
}

function tombstone(pseudonymiser: Pseudonymiser, code: string): string {
  return pseudonymiser.keyed('t', code);
}

async function loadForgotten(reader: WarehouseReader): Promise<Map<string, ForgottenReason>> {
  const rows = await reader.rows<{ code: string; reason: ForgottenReason }>(
    'select code, reason from forgotten_people',
  );
  return new Map(rows.map(({ code, reason }) => [code, reason]));
}
