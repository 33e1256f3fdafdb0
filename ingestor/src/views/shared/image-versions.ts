import { readSql } from '../../warehouse/sql.ts';
import type { WarehouseReader } from '../../warehouse/warehouse.ts';

const sql = readSql(import.meta.url, 'image-versions.sql');

export interface ImageVersions {
  readonly r_version: string | null;
  readonly python_version: string | null;
  readonly quarto_version: string | null;
}
const nothing: ImageVersions = { r_version: null, python_version: null, quarto_version: null };

/** Versions of an image: by digest, else by its reference. */
export async function loadImageVersions(
  reader: WarehouseReader,
): Promise<(image: string | null, digest: string | null) => ImageVersions> {
  const rows = await reader.rows<ImageVersions & { image: string | null; image_digest: string | null }>(sql);
  const byKey = new Map(rows.map((row) => [`${row.image ?? ''} ${row.image_digest ?? ''}`, row]));
  const versionsOf = (image: string | null, digest: string | null): ImageVersions =>
    byKey.get(`${image ?? ''} ${digest ?? ''}`) ?? byKey.get(`${image ?? ''} `) ?? nothing;
  const known = new Map<string | null, Map<string | null, ImageVersions>>();
  return (image, digest) => {
    let own = known.get(image);
    if (own === undefined) known.set(image, (own = new Map<string | null, ImageVersions>()));
    let versions = own.get(digest);
    if (versions === undefined) own.set(digest, (versions = versionsOf(image, digest)));
    return versions;
  };
}
