-- Successful requests that take pods away. The kubelet's own confirmation is never the cause. Grain: one request.
-- $1 from, $2 to (UTC)
select timestamp, cluster, verb, namespace, pod, uid, actor, actor_type, impersonated, impersonated_type
from kubernetes_audit
where timestamp >= $1 and timestamp < $2 and verb in ('delete', 'evict') and actor_type <> 'node'
