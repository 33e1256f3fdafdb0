import type { Condition } from './config.ts';

/** What is known of a container: cluster, namespace, container, image, owner_kind, and its labels and annotations. */
export type Attributes = Readonly<Record<string, string>>;

/** True when one of the conditions holds; a condition holds when all its attributes match. */
export function matches(when: Condition | readonly Condition[], attributes: Attributes): boolean {
  const conditions: readonly Condition[] = Array.isArray(when) ? (when as readonly Condition[]) : [when as Condition];
  return conditions.some((condition) =>
    Object.entries(condition).every(([name, globs]) =>
      (typeof globs === 'string' ? [globs] : globs).some((glob) => globMatches(glob, attributes[name] ?? '')),
    ),
  );
}

/** `*` alone needs a value: an absent attribute matches '' only. */
export function globMatches(glob: string, value: string): boolean {
  if (glob === '*') return value !== '';
  return compile(glob, '.*').test(value);
}

/** For Kubernetes accounts, where `*` does not cross a colon. */
export function accountMatches(globs: readonly string[], account: string): boolean {
  return globs.some((glob) => compile(glob, '[^:]*').test(account));
}

const compiled = new Map<string, RegExp>();

function compile(glob: string, star: string): RegExp {
  const key = `${star}\0${glob}`;
  let pattern = compiled.get(key);
  if (pattern === undefined) {
    pattern = new RegExp(
      `^${glob
        .split('*')
        .map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
        .join(star)}$`,
      's',
    );
    compiled.set(key, pattern);
  }
  return pattern;
}
