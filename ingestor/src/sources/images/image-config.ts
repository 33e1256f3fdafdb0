import { SceError } from '../../errors.ts';
import type { RegistryClient } from './registry-client.ts';
import type { ImageConfig } from './versions.ts';

export interface FetchedImage extends ImageConfig {
  readonly configDigest: string;
  readonly createdAt: Date | null;
}

type Json = Readonly<Record<string, unknown>>;
const DEEPEST = 3;

/** Tag or digest → (index →) manifest → config. Throws `SOURCE_FAILED`. */
export async function fetchImage(
  client: Pick<RegistryClient, 'manifest' | 'blob'>,
  repository: string,
  reference: string,
  architecture: string,
): Promise<FetchedImage> {
  let next = reference;
  for (let depth = 0; depth < DEEPEST; depth++) {
    const manifest = record((await client.manifest(repository, next)).json);
    const config = text(record(manifest['config'])['digest']);
    if (config !== '') return decodeConfig((await client.blob(repository, config)).json, config);
    const chosen = choosePlatform(manifest['manifests'], architecture);
    if (chosen === null)
      throw new SceError(
        'SOURCE_FAILED',
        `${repository}: the manifest is neither an image (version 2) nor an index with one for Linux`,
        { details: { content: true } },
      );
    next = chosen;
  }
  throw new SceError('SOURCE_FAILED', `${repository}: indexes within indexes`, { details: { content: true } });
}

/** Digest of the image for linux/`architecture`, else of the first for Linux. Attestations are `unknown/unknown`. */
export function choosePlatform(manifests: unknown, architecture: string): string | null {
  const candidates = (Array.isArray(manifests) ? manifests : []).map(record).filter((entry) => {
    const isAttestation = text(record(entry['annotations'])['vnd.docker.reference.type']) !== '';
    return record(entry['platform'])['os'] === 'linux' && !isAttestation && text(entry['digest']) !== '';
  });
  const chosen =
    candidates.find((entry) => record(entry['platform'])['architecture'] === architecture) ?? candidates[0];
  return chosen ? text(chosen['digest']) : null;
}

function decodeConfig(json: unknown, configDigest: string): FetchedImage {
  const image = record(json);
  const config = record(image['config']);
  const variables = list(config['Env']).flatMap((entry) => {
    const equals = text(entry).indexOf('=');
    return equals > 0 ? [[text(entry).slice(0, equals), text(entry).slice(equals + 1)] as const] : [];
  });
  const created = Date.parse(text(image['created']));
  return {
    configDigest,
    // Reproducible builds say 1970 or 1980: that is no date of creation.
    createdAt: created > Date.UTC(1990, 0, 1) ? new Date(created) : null,
    environment: Object.fromEntries(variables),
    labels: Object.fromEntries(Object.entries(record(config['Labels'])).map(([key, value]) => [key, text(value)])),
    history: list(image['history']).map((entry) => text(record(entry)['created_by'])),
  };
}

function record(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
