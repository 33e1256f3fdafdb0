import type { Pseudonymiser } from '../../identity/pseudonym.ts';
import { hashKey } from '../../warehouse/hash-key.ts';
import { kubernetesActor } from '../../warehouse/kubernetes-actors.ts';
import type { Row } from '../../warehouse/warehouse.ts';
import type { KubernetesAuditConfig } from './config.ts';
import type { AuditFacts } from './decode.ts';

/** A user agent is free text and may name a person: only well-known clients are kept, everything else is `other`. */
const CLIENTS = new Set([
  'kubectl', 'kubelet', 'kube-controller-manager', 'kube-scheduler', 'kube-apiserver', 'cluster-autoscaler', 'karpenter',
  'descheduler', 'helm', 'k9s', 'lens', 'argocd', 'flux', 'rancher', 'terraform-provider-kubernetes', 'openapi-generator',
  'python-requests', 'kubernetes_asyncio', 'python-httpx', 'aiohttp', 'node-fetch', 'axios', 'okhttp', 'go-http-client',
  'rstudio-kubernetes-launcher', 'rstudio-launcher', 'curl',
]); // prettier-ignore

/** One row of `kubernetes_audit`; null when the request names nobody. */
export function auditRow(
  facts: AuditFacts,
  cluster: string,
  config: KubernetesAuditConfig,
  pseudonymiser: Pseudonymiser,
): Row | null {
  const actor = kubernetesActor(facts.user, config.user_prefixes, pseudonymiser);
  if (!actor) return null;
  const impersonated =
    facts.impersonated === null ? null : kubernetesActor(facts.impersonated, config.user_prefixes, pseudonymiser);
  return {
    timestamp: facts.at,
    audit_key: hashKey(cluster, facts.auditId, facts.stage),
    audit_id: pseudonymiser.scrub(facts.auditId),
    stage: facts.stage,
    cluster: cluster || null,
    verb: facts.verb,
    namespace: facts.namespace,
    pod: facts.pod === null ? null : pseudonymiser.label('kube_pod_info', 'pod', facts.pod),
    uid: facts.uid,
    actor: actor.actor,
    actor_type: actor.type,
    impersonated: impersonated?.actor ?? null,
    impersonated_type: impersonated?.type ?? null,
    client: clientOf(facts.userAgent),
    response_code: facts.responseCode,
    annotations: keptAnnotations(facts.annotations, config.annotations, pseudonymiser),
  };
}

function clientOf(userAgent: string | null): string | null {
  if (userAgent === null) return null;
  const first = userAgent.split(/[\s/]/, 1)[0]?.toLowerCase() ?? '';
  return CLIENTS.has(first) ? first : 'other';
}

function keptAnnotations(
  annotations: AuditFacts['annotations'],
  allowed: readonly string[],
  pseudonymiser: Pseudonymiser,
): string | null {
  const kept = allowed
    .map((key) => [key, annotations[key]] as const)
    .filter((entry): entry is readonly [string, string] => typeof entry[1] === 'string')
    .map(([key, value]) => [key, pseudonymiser.scrub(value)] as const);
  return kept.length === 0 ? null : JSON.stringify(Object.fromEntries(kept));
}
