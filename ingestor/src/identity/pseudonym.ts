import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { SceError, messageOf } from '../errors.ts';
import { BoundedMap } from './bounded-map.ts';
import type { PrivacyConfig } from './config.ts';
import { loadPseudonymKey, type KeySettings } from './key.ts';
import { compileLabelRules, type LabelTreatment } from './label-rules.ts';
import { normaliseUser } from './normalise-user.ts';

/** Every pseudonym is a prefix, `_` and this many hex digits (64 bits of the HMAC). */
const HEX_DIGITS = 16;
const DEFAULT_CACHE_ENTRIES = 200_000;

/** Bounded repetition: label values are up to 16 kB and come from outside. */
const EMAIL = /[\p{L}\p{N}._%+-]{1,64}@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+/gu;
/** Home directories and JupyterHub's `/user/<name>/`. */
const HOME = /(\/(?:home|homes|users?)\/)([^/\s"',;:?#]+)/giu;
/** Objects that kubespawner names after their user, wherever such a name turns up. */
const NAMED_AFTER_USER = /^(?:jupyter|claim)-.+/u;
const NEVER_NAMED_AFTER_USER = new Set([
  'namespace',
  'exported_namespace',
  'container',
  'container_name',
  'image',
  'image_id',
  'image_spec',
  'job',
  'cluster',
  'node',
  'deployment',
  'daemonset',
  'replicaset',
  'statefulset',
  'component',
]);

export interface PseudonymiserOptions {
  readonly key: Uint8Array;
  readonly privacy: Pick<PrivacyConfig, 'pseudonyms' | 'personal_labels'>;
  /** Slugged user label → user name. */
  readonly userSlugs?: ReadonlyMap<string, string>;
  readonly cacheEntries?: number;
}

/**
 * Replaces names by keyed codes before anything is stored. Deterministic per key: the same person has the same code in
 * every source and on every ingestor that shares the key. With `privacy.pseudonyms: false` names are only normalised.
 */
export class Pseudonymiser {
  readonly #key: Uint8Array;
  readonly #enabled: boolean;
  readonly #slugs: ReadonlyMap<string, string>;
  readonly #rules: (metric: string, label: string) => LabelTreatment;
  readonly #treatments: BoundedMap<LabelTreatment>;
  readonly #codes: BoundedMap<string>;

  constructor(options: PseudonymiserOptions) {
    this.#key = options.key;
    this.#enabled = options.privacy.pseudonyms;
    this.#slugs = options.userSlugs ?? new Map();
    this.#rules = compileLabelRules(options.privacy);
    const entries = options.cacheEntries ?? DEFAULT_CACHE_ENTRIES;
    this.#treatments = new BoundedMap(Math.min(entries, 50_000));
    this.#codes = new BoundedMap(entries);
  }

  /** The person key of an account name or e-mail address: `u_<16 hex>`; empty for an empty name. */
  person(value: string): string {
    const name = normaliseUser(this.#slugs.get(value.trim()) ?? value);
    return name === '' ? '' : this.#code('u', name);
  }

  /** An opaque code for anything else that may carry a name: `<prefix>_<16 hex>`; empty for an empty value. */
  text(prefix: string, value: string): string {
    return value === '' ? '' : this.#code(prefix, value);
  }

  /** Like `text`, whether pseudonyms are on or not: for lists that must not say who is on them. */
  keyed(prefix: string, value: string): string {
    return this.#hashed(prefix, value);
  }

  /** What is stored for a label of a metric. Values that name nobody come back as they are. */
  label(metric: string, name: string, value: string): string {
    if (value === '' || !this.#enabled) return value;
    const treatment = this.#treatment(metric, name);
    switch (treatment.as) {
      case 'person':
        return this.person(value);
      case 'text':
        return this.#code(treatment.prefix, value);
      case 'keep':
        return value;
      case 'scan':
        return NAMED_AFTER_USER.test(value) && !NEVER_NAMED_AFTER_USER.has(name)
          ? this.#code('name', value)
          : this.scrub(value);
    }
  }

  /** Free text with every e-mail address and home directory in it replaced by the person key. */
  scrub(value: string): string {
    if (!this.#enabled) return value;
    const mailless = value.includes('@') ? value.replace(EMAIL, (mail) => this.person(mail)) : value;
    return mailless.includes('/')
      ? mailless.replace(HOME, (_, parent: string, name: string) => parent + this.person(name))
      : mailless;
  }

  /** Tells whether two ingestors share a key without giving it away. */
  fingerprint(): string {
    return createHmac('sha256', this.#key).update('sce-voice key fingerprint').digest('hex').slice(0, HEX_DIGITS);
  }

  #treatment(metric: string, name: string): LabelTreatment {
    const cacheKey = `${metric}\0${name}`;
    const known = this.#treatments.get(cacheKey);
    if (known !== undefined) return known;
    const treatment = this.#rules(metric, name);
    this.#treatments.set(cacheKey, treatment);
    return treatment;
  }

  #code(prefix: string, value: string): string {
    if (!this.#enabled) return value;
    const cacheKey = `${prefix}\0${value}`;
    const known = this.#codes.get(cacheKey);
    if (known !== undefined) return known;
    const code = this.#hashed(prefix, value);
    this.#codes.set(cacheKey, code);
    return code;
  }

  #hashed(prefix: string, value: string): string {
    return `${prefix}_${createHmac('sha256', this.#key).update(`${prefix}\0${value}`).digest('hex').slice(0, HEX_DIGITS)}`;
  }
}

/** The pseudonymiser of this process, from configuration. Throws `INVALID_CONFIG` or `SETUP` (see `loadPseudonymKey`). */
export function createPseudonymiser(config: KeySettings & { readonly privacy: PrivacyConfig }): Pseudonymiser {
  return new Pseudonymiser({
    key: loadPseudonymKey(config),
    privacy: config.privacy,
    userSlugs: loadUserSlugs(config.privacy.user_slugs_file),
  });
}

function loadUserSlugs(file: string): ReadonlyMap<string, string> {
  if (file === '') return new Map();
  try {
    const raw: unknown = parse(readFileSync(file, 'utf8'));
    if (raw === null || typeof raw !== 'object' || Array.isArray(raw))
      throw new Error('it must be an object from slug to user name');
    return new Map(
      Object.entries(raw).map(([slug, user]) => {
        if (typeof user !== 'string' && typeof user !== 'number')
          throw new Error(`the user of "${slug}" is not a text`);
        return [slug, String(user)];
      }),
    );
  } catch (error) {
    throw new SceError('INVALID_CONFIG', `privacy.user_slugs_file ${file}: ${messageOf(error)}`, { cause: error });
  }
}
