import { matches, type Attributes } from './condition.ts';
import type { Kind } from './config.ts';
import type { PlatformRules } from './presets.ts';

export interface ContainerDescription {
  readonly kind: Kind;
  readonly component: string;
  readonly platform: string | null;
  /** Person key as the labels carry it; null = unattributed. */
  readonly userKey: string | null;
  readonly serverName: string | null;
  readonly session: string | null;
  /** Chains container instances into a workspace; null = the pod stands alone. */
  readonly workspaceKey: string | null;
}

const componentOfKind: Readonly<Record<Kind, string>> = {
  interactive: 'interactive',
  connect: 'connect',
  batch: 'batch',
  service: 'other',
  other: 'other',
};

/** What a container is, whose, and what it continues: by the rules, first match wins. */
export function describeContainer(rules: PlatformRules, attributes: Attributes): ContainerDescription {
  const kindRule = rules.kinds.find((rule) => matches(rule.when, attributes));
  const kind = kindRule?.kind ?? 'other';
  const identity = rules.identities.find((rule) => matches(rule.when, attributes));
  const userKey = firstOf(identity?.user, attributes);
  const session = firstOf(identity?.session, attributes);
  // The default server has no annotation: absent means ''.
  const serverName = identity?.server_name === undefined ? null : (firstOf(identity.server_name, attributes) ?? '');
  const known: Attributes = {
    ...attributes,
    user: userKey ?? '',
    server_name: serverName ?? '',
    session: session ?? '',
  };
  return {
    kind,
    component: kindRule?.component ?? componentOfKind[kind],
    platform: identity?.platform ?? null,
    userKey,
    serverName,
    session,
    workspaceKey: workspaceKey(identity?.workspace ?? [], known),
  };
}

function firstOf(names: readonly string[] | undefined, attributes: Attributes): string | null {
  for (const name of names ?? []) if (attributes[name]) return attributes[name];
  return null;
}

/** Without a user or session (only a default server name, say) there is nothing to chain by. */
function workspaceKey(parts: readonly string[], attributes: Attributes): string | null {
  const values = parts.map((part) => attributes[part] ?? '');
  if (parts.length === 0 || values[0] === '') return null;
  return [attributes['cluster'] ?? '', attributes['namespace'] ?? '', ...values].join('/');
}
