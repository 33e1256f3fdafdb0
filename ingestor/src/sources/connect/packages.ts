import type { Row } from '../../warehouse/warehouse.ts';
import { text, type Json } from './json.ts';
import type { ConnectRun } from './run.ts';

export interface StoredPackage {
  readonly content_guid: string;
  readonly language: string;
  readonly package: string;
  readonly version: string | null;
  readonly language_version: string | null;
  readonly bundle_id: string | null;
  readonly is_deleted: boolean;
}

/** Rows of `connect_packages` for what a new bundle has changed: other versions, new packages, and those it no longer has. */
export function packageRows(
  run: ConnectRun,
  due: { readonly guid: string; readonly item: Json },
  packages: readonly Json[],
  stored: readonly StoredPackage[],
): Row[] {
  const common = {
    timestamp: run.day,
    server: run.name,
    content_guid: due.guid,
    bundle_id: text(due.item['bundle_id']),
  };
  const known = new Map(stored.map((row) => [`${row.language} ${row.package}`, row]));
  const listed = new Set<string>();
  const rows: Row[] = [];
  for (const each of packages) {
    const [language, name, version] = [text(each['language']), text(each['name']), text(each['version'])];
    if (language === null || name === null) continue;
    const key = `${language} ${name}`;
    listed.add(key);
    const languageVersion = text(each['language_version']);
    const before = known.get(key);
    if (before && !before.is_deleted && before.version === version && before.language_version === languageVersion)
      continue;
    rows.push({ ...common, language, package: name, version, language_version: languageVersion, is_deleted: false });
  }
  for (const [key, row] of known)
    if (!listed.has(key) && !row.is_deleted)
      rows.push({
        ...common,
        language: row.language,
        package: row.package,
        version: row.version,
        language_version: row.language_version,
        is_deleted: true,
      });
  return rows;
}
