-- Claims of a day: per five minutes the highest of the mounting nodes, then the mean over the day. Grain: claim.
-- $1 local midnight, $2 next local midnight, $3 the day, $4 month start before $1,
-- $5 … $12 lowest and highest ids of kubelet_volume_stats_used_bytes, …capacity_bytes, …inodes_used, …inodes: four ranges are
-- compiled to machine code, a quarter of what a mask takes
insert into volume_usage_1d
select *
from (
  with names as (
    select series, first(metric) as metric, first(cluster) as cluster, first(namespace) as namespace, first(json_extract(labels, '$.persistentvolumeclaim')) as claim
    from series
    where timestamp >= $4 and timestamp < $2
      and metric in ('kubelet_volume_stats_used_bytes', 'kubelet_volume_stats_capacity_bytes', 'kubelet_volume_stats_inodes_used', 'kubelet_volume_stats_inodes')
  ), sampled as (
    select series, timestamp_floor('5m', timestamp) as bucket, max(value) as value, count() as samples
    from samples
    where timestamp >= $1 and timestamp < $2
      and (
        (series >= $5 and series <= $6) or (series >= $7 and series <= $8)
        or (series >= $9 and series <= $10) or (series >= $11 and series <= $12)
      )
    group by series, bucket
  ), highest as (
    select
      cluster, namespace, claim, bucket,
      max(case when metric = 'kubelet_volume_stats_used_bytes' then value end) as used,
      max(case when metric = 'kubelet_volume_stats_capacity_bytes' then value end) as capacity,
      max(case when metric = 'kubelet_volume_stats_inodes_used' then value end) as inodes_used,
      max(case when metric = 'kubelet_volume_stats_inodes' then value end) as inodes,
      sum(case when metric = 'kubelet_volume_stats_used_bytes' then samples else 0 end) as samples
    from sampled
    join names on names.series = sampled.series
  ), claims as (
    select cluster, namespace, claim, avg(used) as used_bytes, max(used) as used_max_bytes, max(capacity) as capacity_bytes,
      max(inodes_used) as inodes_used, max(inodes) as inodes, sum(samples) as samples
    from highest
    group by cluster, namespace, claim
  )
  select $1 as timestamp, $3 as day, cluster, namespace, claim, used_bytes, used_max_bytes, capacity_bytes, inodes_used, inodes, samples
  from claims
)
