import type { Row } from '../../warehouse/warehouse.ts';
import type { FetchedImage } from './image-config.ts';
import { RUNTIMES, type Found, type Runtime, type VersionSource, type Versions } from './versions.ts';

/** An image as containers name it. */
export interface WantedImage {
  readonly image: string;
  /** '' when only the tag is known. */
  readonly digest: string;
}

/** What a row says without the registry: rules on the tag. */
export function tagRow(wanted: WantedImage, versions: Versions, at: Date): Row {
  return { ...base(wanted, at), source: 'tag', ...columns(versions) };
}

/** What a row says when the image's config was read. */
export function registryRow(
  wanted: WantedImage,
  versions: Versions,
  fetched: Pick<FetchedImage, 'configDigest' | 'createdAt' | 'environment'>,
  allowed: readonly string[],
  at: Date,
): Row {
  const kept = Object.entries(fetched.environment).filter(([name]) => allowed.includes(name));
  return {
    ...base(wanted, at),
    source: 'registry',
    ...columns(versions),
    config_digest: fetched.configDigest,
    created_at: fetched.createdAt,
    environment: kept.length === 0 ? null : JSON.stringify(Object.fromEntries(kept)),
  };
}

function base({ image, digest }: WantedImage, at: Date): Row {
  return { timestamp: at, image, image_digest: digest };
}

function columns(versions: Versions): Row {
  return Object.assign({}, ...RUNTIMES.map((runtime) => runtimeColumns(runtime, versions[runtime]))) as Row;
}

function runtimeColumns(runtime: Runtime, found: Found | undefined): Row {
  const several = (found?.versions.length ?? 0) > 1;
  return {
    [`${runtime}_version`]: several ? 'several' : (found?.versions[0] ?? null),
    [`${runtime}_versions`]: found ? JSON.stringify(found.versions) : null,
    [`${runtime}_source`]: found ? (found.source satisfies VersionSource) : null,
  };
}
