import { readSql } from '../sql.ts';
import { earliest, latest, type ContainerRow } from './container-row.ts';
import type { MartContext } from './mart-context.ts';
import { podKey, type ClaimMount } from './pod-facts.ts';

const ownersSql = readSql(import.meta.url, 'facts/volume-owners.sql');
const day = 86_400_000;

/** A row of `volume_owners`. */
export interface VolumeOwner {
  readonly timestamp: Date;
  readonly cluster: string;
  readonly namespace: string;
  readonly claim: string;
  readonly user_key: string;
  readonly first_mounted_at: Date;
  readonly last_mounted_on: Date;
}

/** Says whose the claims of a window are: the person of the pod that mounts them. Rows change at most once a day. */
export async function writeVolumeOwners(
  context: MartContext,
  mounts: readonly ClaimMount[],
  rows: Iterable<ContainerRow>,
): Promise<void> {
  if (mounts.length === 0) return;
  const owners = (context.volumeOwners ??= await readOwners(context));
  const users = new Map<string, string>();
  for (const { cluster, uid, user_key } of rows) if (user_key !== null) users.set(podKey(cluster, uid), user_key);
  const changed = new Map<string, VolumeOwner>();
  for (const { cluster, namespace, claim, uid, firstAt, lastAt } of mounts) {
    const user = users.get(podKey(cluster, uid));
    if (user === undefined) continue;
    const key = ownerKey({ cluster, namespace, claim, user_key: user });
    const old = owners.get(key);
    const lastDay = new Date(Math.floor(lastAt.getTime() / day) * day);
    const next: VolumeOwner = {
      timestamp: old?.timestamp ?? firstAt,
      cluster,
      namespace,
      claim,
      user_key: user,
      first_mounted_at: earliest(old?.first_mounted_at, firstAt) ?? firstAt,
      last_mounted_on: latest(old?.last_mounted_on, lastDay) ?? lastDay,
    };
    const isSame =
      old?.first_mounted_at.getTime() === next.first_mounted_at.getTime() &&
      old.last_mounted_on.getTime() === next.last_mounted_on.getTime();
    if (isSame) continue;
    owners.set(key, next);
    changed.set(key, next);
  }
  if (changed.size === 0) return;
  await context.warehouse.writer.write([
    { table: 'volume_owners', rows: [...changed.values()].map((owner) => ({ ...owner })) },
  ]);
  await context.warehouse.settle(['volume_owners']);
}

async function readOwners(context: MartContext): Promise<Map<string, VolumeOwner>> {
  const rows = await context.warehouse.reader.rows<VolumeOwner>(ownersSql);
  return new Map(rows.map((row) => [ownerKey(row), row]));
}

/** An empty symbol may come back as NULL. */
function ownerKey(owner: Record<'cluster' | 'namespace' | 'claim' | 'user_key', string | null>): string {
  return [owner.cluster, owner.namespace, owner.claim, owner.user_key].map((part) => part ?? '').join('\0');
}
