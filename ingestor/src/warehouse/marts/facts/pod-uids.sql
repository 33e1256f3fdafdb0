-- Pods of the window by name. Grain: (name, uid).
select cluster, namespace, pod, uid, max(last_at) as last_at
from mart_stage_facts
where metric = 'kube_pod_info' and uid is not null
