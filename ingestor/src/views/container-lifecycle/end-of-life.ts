import { readSql } from '../../warehouse/sql.ts';
import type { WarehouseReader } from '../../warehouse/warehouse.ts';
import { minorRelease } from '../runtime-versions/release.ts';
import type { ImageVersions } from '../shared/image-versions.ts';

const sql = readSql(import.meta.url, 'end-of-life.sql');
const runtimes = [
  ['r', 'R', 'r_version'],
  ['python', 'Python', 'python_version'],
  ['quarto', 'Quarto', 'quarto_version'],
] as const;

/** Which minor releases of an image are past their end of life at a time, such as `R 4.0, Python 3.8`; null: none known. */
export async function loadEndOfLife(
  reader: WarehouseReader,
): Promise<(versions: ImageVersions, at: Date) => string | null> {
  const rows = await reader.rows<{ runtime: string; release: string; end_of_life: Date }>(sql);
  const ends = new Map(rows.map((row) => [`${row.runtime} ${row.release}`, row.end_of_life]));
  const endsOf = (versions: ImageVersions): { readonly name: string; readonly end: Date }[] =>
    runtimes.flatMap(([runtime, name, column]) => {
      const release = minorRelease(versions[column] ?? '');
      const end = release === null ? undefined : ends.get(`${runtime} ${release}`);
      return release !== null && end !== undefined ? [{ name: `${name} ${release}`, end }] : [];
    });
  // Thousands of workspaces have the versions of few images.
  const known = new Map<ImageVersions, ReturnType<typeof endsOf>>();
  return (versions, at) => {
    let own = known.get(versions);
    if (own === undefined) known.set(versions, (own = endsOf(versions)));
    if (own.length === 0) return null;
    const past = own.filter(({ end }) => end <= at).map(({ name }) => name);
    return past.length === 0 ? null : past.join(', ');
  };
}
