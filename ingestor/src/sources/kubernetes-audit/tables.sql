-- Who asked the Kubernetes API to create, change, evict or delete pods; only requests that succeeded (2xx).
-- Grain: (audit id, stage). No request or response bodies, no request URIs. Pod names and human actors are pseudonyms.
-- A pod deletion is usually seen twice: the request of the actor, then the node's kubelet confirming it
-- (actor_type 'node'). The kubelet is never the cause.
create table if not exists kubernetes_audit (
  timestamp timestamp, -- when the API server received the request
  audit_key long, -- hash of audit id and stage
  audit_id varchar,
  stage symbol, -- ResponseComplete
  cluster symbol,
  verb symbol, -- create, patch, delete, deletecollection, evict (= create of the eviction sub-resource)
  namespace symbol,
  pod symbol capacity 4096, -- pseudonym, as in series.pod; null for deletecollection and generated names
  uid symbol capacity 65536, -- uid of the pod; the API server fills it for few requests: else join by name and time
  actor symbol capacity 4096, -- system:… as sent, a person as u_…
  actor_type symbol, -- service_account, node, system, person
  impersonated symbol capacity 4096, -- on whose behalf (impersonation), as actor
  impersonated_type symbol,
  client symbol, -- first word of the user agent without its version: kubectl, python-requests, …
  response_code int,
  annotations varchar -- allow-listed audit annotations as a JSON object
) timestamp(timestamp) partition by month wal
dedup upsert keys(timestamp, audit_key);
