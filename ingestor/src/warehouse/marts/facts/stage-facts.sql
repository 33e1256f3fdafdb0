-- What kube-state-metrics said in the window, by series, with names. Grain: series. One pass over samples: the top 12 bits of
-- an id are its metric ($7 …, lengthened to the number of metrics; a list of ranges takes five times as long).
-- Of gauges with a series for every state (phase, reason) only the states that are true: most are 0, day after day.
-- $1 from, $2 to (UTC), $3, $4 months of the window (UTC), $5, $6 lowest ids of kube_pod_status_phase and …_status_reason,
-- then the lowest id of each metric
insert into mart_stage_facts
select
  $1, scan.series, metric, cluster, namespace, node, pod, container, uid,
  case
    when metric = 'kube_pod_status_phase' then json_extract(labels, '$.phase')
    when metric = 'kube_pod_spec_volumes_persistentvolumeclaims_info' then json_extract(labels, '$.persistentvolumeclaim')
    when metric in (
      'kube_pod_status_reason', 'kube_pod_container_status_terminated_reason', 'kube_pod_container_status_last_terminated_reason'
    ) then json_extract(labels, '$.reason')
    else json_extract(labels, '$.resource')
  end as detail,
  json_extract(labels, '$.unit') as unit,
  first_at, last_at, first_value, last_value, min_value, max_value
from (
  select
    series,
    min(timestamp) as first_at,
    max(timestamp) as last_at,
    first(value) as first_value,
    last(value) as last_value,
    min(value) as min_value,
    max(value) as max_value
  from samples
  where timestamp >= $1 and timestamp < $2
    and (series & -4503599627370496L) in ($7)
    and (value > 0 or ((series & -4503599627370496L) <> $5 and (series & -4503599627370496L) <> $6))
  group by series
) scan
join (
  select series, metric, cluster, namespace, node, pod, container, uid, labels
  from series
  where timestamp >= $3 and timestamp < $4
    and metric in (
      'kube_pod_info', 'kube_pod_created', 'kube_pod_start_time', 'kube_pod_status_scheduled_time', 'kube_pod_completion_time',
      'kube_pod_deletion_timestamp', 'kube_pod_status_phase', 'kube_pod_status_reason', 'kube_pod_container_state_started',
      'kube_pod_container_resource_requests', 'kube_pod_container_resource_limits',
      'kube_pod_container_status_terminated_reason', 'kube_pod_container_status_last_terminated_reason',
      'kube_pod_spec_volumes_persistentvolumeclaims_info', 'kube_node_status_allocatable',
      'kube_pod_container_resource_requests_cpu_cores', 'kube_pod_container_resource_requests_memory_bytes',
      'kube_pod_container_resource_limits_cpu_cores', 'kube_pod_container_resource_limits_memory_bytes',
      'kube_node_status_allocatable_cpu_cores', 'kube_node_status_allocatable_memory_bytes'
    )
  latest on timestamp partition by series
) names on names.series = scan.series
