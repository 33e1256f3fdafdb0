import type { EventActorType, PlatformEventKind, WorkspaceRef } from '../contract/index.ts';
import type { Pseudonymiser } from '../identity/pseudonym.ts';
import { hashKey } from './hash-key.ts';
import type { CellValue, Row } from './warehouse.ts';

export const PLATFORM_EVENTS = 'platform_events';

/** An event as its source knows it, with names as they are. */
export interface PlatformEventFacts {
  /** Id at the sender. Without one the content, as stored, is the identity. */
  readonly id?: string | undefined;
  readonly at: Date;
  readonly source: string;
  readonly server?: string | undefined;
  readonly kind: PlatformEventKind;
  readonly component?: string | undefined;
  /** Visitor, who logged in, owner of the workspace. */
  readonly user?: string | undefined;
  readonly bot?: boolean | undefined;
  readonly activity?: string | undefined;
  readonly path?: string | undefined;
  readonly workspace?: WorkspaceRef | undefined;
  readonly by?:
    | { readonly type: EventActorType; readonly user?: string; readonly rule?: string; readonly actingFor?: string }
    | undefined;
  readonly runtime?: { readonly r?: string; readonly python?: string; readonly quarto?: string } | undefined;
  readonly image?: string | undefined;
  readonly imageDigest?: string | undefined;
  readonly release?: { readonly name: string; readonly version: string; readonly environment?: string } | undefined;
}

export interface PlatformEventOptions {
  readonly pseudonymiser: Pseudonymiser;
  readonly receivedAt: Date;
  /** Metric label that carries the portal's session id on pods, so that both get the same pseudonym. */
  readonly sessionLabel: string;
}

/**
 * The one maker of `platform_events` rows. People become person keys, pods, servers and sessions the same pseudonyms as
 * in the labels of the metrics, so that both join; other text is scrubbed of e-mail addresses and home directories.
 */
export function platformEventRow(facts: PlatformEventFacts, options: PlatformEventOptions): Row {
  const { pseudonymiser } = options;
  const person = (name: string | undefined): string | null =>
    name === undefined ? null : pseudonymiser.person(name) || null;
  const clean = (value: string | undefined): string | null => (value === undefined ? null : pseudonymiser.scrub(value));
  const { workspace, by, runtime, release } = facts;

  const content: Record<string, CellValue> = {
    timestamp: facts.at,
    source: facts.source,
    server: clean(facts.server),
    kind: facts.kind,
    component: facts.component ?? 'interactive',
    person: person(facts.user ?? workspace?.user),
    is_bot: facts.bot ?? false,
    activity: facts.activity ?? null,
    path: facts.path === undefined ? null : pseudonymiser.text('path', facts.path),
    cluster: clean(workspace?.cluster),
    namespace: clean(workspace?.namespace),
    pod: workspace?.pod === undefined ? null : pseudonymiser.label('kube_pod_info', 'pod', workspace.pod),
    uid: clean(workspace?.podUid),
    container: clean(workspace?.container),
    server_user: workspace?.serverName === undefined ? null : person(workspace.user ?? facts.user),
    server_name: serverNameKey(pseudonymiser, workspace?.serverName),
    session:
      workspace?.sessionId === undefined ? null : labelOf(pseudonymiser, options.sessionLabel, workspace.sessionId),
    actor_type: by?.type ?? null,
    actor: person(by?.user),
    rule: clean(by?.rule),
    acting_for: person(by?.actingFor),
    r_version: clean(runtime?.r),
    python_version: clean(runtime?.python),
    quarto_version: clean(runtime?.quarto),
    image: clean(facts.image),
    image_digest: facts.imageDigest ?? null,
    release_name: clean(release?.name),
    release_version: clean(release?.version),
    release_environment: clean(release?.environment),
  };
  // The id goes through the keyed pseudonym first: a bare hash of "login-meierk-17" could be guessed.
  const identity =
    facts.id === undefined ? ['content', JSON.stringify(content)] : ['id', pseudonymiser.text('event', facts.id)];
  return {
    ...content,
    event_key: hashKey(facts.source, facts.server ?? '', ...identity),
    received_at: options.receivedAt,
  };
}

/** Pseudonym of a JupyterHub server name, as `annotation_hub_jupyter_org_servername` has it; '' is the default server. */
function serverNameKey(pseudonymiser: Pseudonymiser, name: string | undefined): string | null {
  return name === undefined ? null : labelOf(pseudonymiser, 'annotation_hub_jupyter_org_servername', name);
}

function labelOf(pseudonymiser: Pseudonymiser, label: string, value: string): string {
  return pseudonymiser.label(
    label.startsWith('annotation_') ? 'kube_pod_annotations' : 'kube_pod_labels',
    label,
    value,
  );
}
