-- Seconds and CPU of series that no pod explains. Grain: (container name, bucket). Coverage as in container-usage.sql, without
-- starts, which only pods know. Existing rows join with zeros, so that what a late pod explains becomes 0.
-- $1 from, $2 to (bucket-aligned, UTC), $3 chunk
insert into unmatched_usage
select *
from (
  with parts as (
    select
      stage.timestamp as bucket,
      map.cluster,
      map.namespace,
      map.pod,
      map.container,
      map.coverage_weight * (datediff('u', first_at, last_at)
        + case when datediff('u', previous_at, first_at) <= 300000000 then datediff('u', stage.timestamp, first_at) else 0 end
        + case when datediff('u', last_at, next_at) <= 300000000 then 300000000 - datediff('u', stage.timestamp, last_at) else 0 end) / 1000000.0 as covered,
      inner_increase
        + case when datediff('u', previous_at, first_at) <= 300000000 and first_value >= previous_value
            then (first_value - previous_value) * datediff('u', stage.timestamp, first_at) / datediff('u', previous_at, first_at) else 0.0 end
        + case when datediff('u', last_at, next_at) <= 300000000 and next_value >= last_value
            then (next_value - last_value) * (300000000 - datediff('u', stage.timestamp, last_at)) / datediff('u', last_at, next_at) else 0.0 end as used
    from mart_stage_cpu stage
    join (select * from mart_stage_unmatched where chunk = $3) map on map.series = stage.series
    union all
    select timestamp, cluster, namespace, pod, container, 0.0, 0.0
    from unmatched_usage
    where timestamp >= $1 and timestamp < $2
  ), sums as (
    select bucket, cluster, namespace, pod, container, sum(covered) as covered, sum(used) as used
    from parts
    where bucket >= $1 and bucket < $2
  )
  select bucket as timestamp, cluster, namespace, pod, container, least(covered, 300.0) as covered_seconds, used as cpu_used_core_seconds
  from sums
  order by timestamp
)
