import { SceError, messageOf } from '../../errors.ts';
import type { ImagesConfig } from './config.ts';
import type { ImageReference } from './reference.ts';

export const RUNTIMES = ['r', 'python', 'quarto'] as const;
export type Runtime = (typeof RUNTIMES)[number];
export type VersionSource = 'label' | 'env' | 'tag' | 'path' | 'history';

export interface Found {
  /** Newest first. */
  readonly versions: readonly string[];
  readonly source: VersionSource;
}
/** What is known of each runtime; a runtime that is absent is not there, or not known. */
export type Versions = Readonly<Partial<Record<Runtime, Found>>>;

/** The part of an image config that versions are read from. */
export interface ImageConfig {
  readonly labels: Readonly<Record<string, string>>;
  readonly environment: Readonly<Record<string, string>>;
  /** `history[].created_by`, oldest first. */
  readonly history: readonly string[];
}

export interface VersionRules {
  /** From the tag alone: works without a registry. */
  fromTag(reference: ImageReference): Versions;
  /** In the order label, environment, tag, PATH, history; for each runtime the first that says something. */
  fromImage(reference: ImageReference, config: ImageConfig): Versions;
}

const VERSION = /^v?(\d{1,4}(?:\.\d{1,4}){1,3})$/i;
const ENVIRONMENT: Readonly<Record<Runtime, string>> = {
  r: 'R_VERSION',
  python: 'PYTHON_VERSION',
  quarto: 'QUARTO_VERSION',
};
const DIRECTORY: Readonly<Record<Runtime, RegExp>> = {
  r: /^\/opt\/R\/([^/]+)\/bin\/?$/,
  python: /^\/opt\/python\/([^/]+)\/bin\/?$/i,
  quarto: /^\/opt\/quarto\/([^/]+)\/bin\/?$/i,
};

/** Compiles the rules once. Throws `INVALID_CONFIG` for a pattern that is no regular expression or has no group. */
export function createVersionRules(config: Pick<ImagesConfig, 'labels' | 'tag_patterns'>): VersionRules {
  const patterns = config.tag_patterns.map(compile);

  const inTag = (reference: ImageReference, runtime: Runtime): string[] => {
    if (reference.tag === '') return [];
    const text = `${reference.repository.split('/').at(-1) ?? ''}:${reference.tag}`;
    for (const pattern of patterns) {
      const versions = split(pattern.exec(text)?.groups?.[runtime] ?? '', '_');
      if (versions.length > 0) return versions;
    }
    return [];
  };

  return {
    fromTag: (reference) => first((runtime) => [['tag', inTag(reference, runtime)]]),
    fromImage: (reference, image) =>
      first((runtime) => [
        ['label', config.labels[runtime].flatMap((key) => split(image.labels[key] ?? '', /[\s,;_]+/)).slice(0, 20)],
        ['env', split(image.environment[ENVIRONMENT[runtime]] ?? '', /\s+/)],
        ['tag', inTag(reference, runtime)],
        [
          'path',
          (image.environment['PATH'] ?? '')
            .split(':')
            .flatMap((part) => split(DIRECTORY[runtime].exec(part)?.[1] ?? '', '_')),
        ],
        ['history', inHistory(image.history, ENVIRONMENT[runtime])],
      ]),
  };
}

/** The last layer that sets the variable decides. */
function inHistory(history: readonly string[], variable: string): string[] {
  const set = new RegExp(`(?:^|[\\s"'|])${variable}=["']?([^\\s"';]+)`);
  return history.flatMap((line) => split(set.exec(line)?.[1] ?? '', ',')).slice(-1);
}

function first(candidates: (runtime: Runtime) => [VersionSource, string[]][]): Versions {
  const found = RUNTIMES.flatMap((runtime) => {
    const hit = candidates(runtime).find(([, versions]) => versions.length > 0);
    return hit ? [[runtime, { versions: newestFirst(hit[1]), source: hit[0] }] as const] : [];
  });
  return Object.fromEntries(found);
}

/** The parts that are version numbers; `latest` and the like are none. */
function split(text: string, separator: string | RegExp): string[] {
  return text.split(separator).flatMap((part) => VERSION.exec(part)?.[1] ?? []);
}

function newestFirst(versions: readonly string[]): string[] {
  return [...new Set(versions)].sort((left, right) => right.localeCompare(left, 'en', { numeric: true }));
}

function compile(pattern: string): RegExp {
  const fail = (why: string): never => {
    throw new SceError('INVALID_CONFIG', `images.tag_patterns: "${pattern}" ${why}`);
  };
  if (!/\(\?<(?:r|python|quarto)>/.test(pattern)) return fail('has no named group r, python or quarto');
  try {
    return new RegExp(pattern, 'i');
  } catch (error) {
    return fail(`is not a regular expression: ${messageOf(error)}`);
  }
}
