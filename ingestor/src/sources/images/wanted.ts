import { registryDigest } from '../../warehouse/marts/image-reference.ts';
import { readSql } from '../../warehouse/sql.ts';
import type { WarehouseReader } from '../../warehouse/warehouse.ts';
import type { WantedImage } from './rows.ts';

const fromContainers = readSql(import.meta.url, 'wanted-from-containers.sql');
const fromSeries = readSql(import.meta.url, 'wanted-from-series.sql');
const known = readSql(import.meta.url, 'known.sql');

/** Images that run or have run: from the mart, or from the raw labels while the mart is empty. */
export async function wantedImages(reader: WarehouseReader): Promise<WantedImage[]> {
  const rows = await reader.rows<{ image: string; image_digest: string }>(fromContainers);
  if (rows.length > 0) return rows.map(({ image, image_digest }) => ({ image, digest: image_digest }));
  const series = await reader.rows<{ labels: string }>(fromSeries);
  const wanted = series.flatMap(({ labels }) => {
    const { image, image_id: id } = JSON.parse(labels) as { image?: string; image_id?: string };
    return image === undefined || image === '' ? [] : [{ image, digest: registryDigest(id ?? '') }];
  });
  return [...new Map(wanted.map((entry) => [imageKey(entry), entry])).values()];
}

/** Image key → where its row came from. */
export async function knownImages(reader: WarehouseReader): Promise<Map<string, 'registry' | 'tag'>> {
  const rows = await reader.rows<{ image: string; image_digest: string | null; source: 'registry' | 'tag' }>(known);
  return new Map(rows.map((row) => [imageKey({ image: row.image, digest: row.image_digest ?? '' }), row.source]));
}

export function imageKey({ image, digest }: WantedImage): string {
  return `${image} ${digest}`;
}
