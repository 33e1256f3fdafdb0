import type { Pseudonymiser } from '../identity/pseudonym.ts';

/** Who made a request to the Kubernetes API. Only `person` is somebody: its `actor` is a person key. */
export interface KubernetesActor {
  readonly actor: string;
  readonly type: 'service_account' | 'node' | 'system' | 'person';
}

/**
 * `system:…` is reserved by Kubernetes for accounts that are not people and is kept as sent. Everything else is a
 * person, without the prefix that the API server puts before names of an identity provider (`--oidc-username-prefix`).
 */
export function kubernetesActor(
  username: string,
  userPrefixes: readonly string[],
  pseudonymiser: Pseudonymiser,
): KubernetesActor | null {
  const name = username.trim();
  if (name.startsWith('system:serviceaccount:')) return { actor: pseudonymiser.scrub(name), type: 'service_account' };
  if (name.startsWith('system:node:')) return { actor: name, type: 'node' };
  if (name.startsWith('system:')) return { actor: pseudonymiser.scrub(name), type: 'system' };
  const prefix = userPrefixes.find((candidate) => candidate !== '' && name.startsWith(candidate)) ?? '';
  const person = pseudonymiser.person(name.slice(prefix.length));
  return person === '' ? null : { actor: person, type: 'person' };
}

/**
 * A regular expression (for `kubernetes_audit.actor ~ $1`) that matches the configured accounts which act for
 * somebody else and therefore decide nothing. `*` in an account stands for any characters but a colon.
 */
export function actingForPattern(
  accounts: readonly string[],
  userPrefixes: readonly string[],
  pseudonymiser: Pseudonymiser,
): string {
  const alternatives = accounts.map((account) => {
    const stored = account.startsWith('system:')
      ? account
      : (kubernetesActor(account, userPrefixes, pseudonymiser)?.actor ?? '');
    return stored
      .split('*')
      .map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
      .join('[^:]*');
  });
  // Without accounts the pattern must match nothing, not everything.
  return alternatives.length === 0 ? '^$' : `^(${alternatives.join('|')})$`;
}
