-- Who mounted a claim, by the pods that did. Grain: (claim, account). By the pod's uid, for old kube-state-metrics by its name.
-- $1 range end (UTC)
with mounts as (
  select cluster, namespace, json_extract(labels, '$.persistentvolumeclaim')::varchar as claim, uid, pod
  from series
  where timestamp < $1 and metric = 'kube_pod_spec_volumes_persistentvolumeclaims_info'
  group by cluster, namespace, claim, uid, pod
)
select m.cluster, m.namespace, m.claim, coalesce(by_uid.user_key, by_pod.user_key) as user_key, count() as pods
from mounts m
left join (select uid, last(user_key) as user_key from containers where user_key is not null) by_uid on by_uid.uid = m.uid
left join (select pod, last(user_key) as user_key from containers where user_key is not null) by_pod on by_pod.pod = m.pod
