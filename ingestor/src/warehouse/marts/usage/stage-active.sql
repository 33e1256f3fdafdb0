-- Which series of containers reported in the window, one cgroup after the other: the pause container, and rows of pods and
-- nodes without a container, are left out. Clusters before 1.16 have pod_name and container_name. Grain: (series).
-- $1, $2 months of the window, $3 its start (UTC)
insert into mart_stage_active
select $3, active.series, metric, cluster, namespace, pod, container, cgroup, cpu, first_at, last_at
from (
  select series, min(first_at) as first_at, max(last_at) as last_at
  from (
    select series, first_at, last_at from mart_stage_cpu
    union all
    select series, first_at, last_at from mart_stage_memory
  )
) active
join (
  select
    series, metric, cluster, namespace,
    coalesce(pod, json_extract(labels, '$.pod_name')) as pod,
    coalesce(container, json_extract(labels, '$.container_name')) as container,
    json_extract(labels, '$.id') as cgroup,
    json_extract(labels, '$.cpu') as cpu
  from (
    select series, metric, cluster, namespace, pod, container, labels
    from series
    where timestamp >= $1 and timestamp < $2
      and metric in ('container_cpu_usage_seconds_total', 'container_memory_working_set_bytes')
    latest on timestamp partition by series
  )
) names on names.series = active.series
where container is not null and container <> '' and container <> 'POD'
order by cluster, namespace, pod, container, metric, cgroup
