-- Five-minute buckets with at least one sample, and those in which the series was alive. Grain: (job, metric).
-- Alive: from the window's start (from its first sample when the series is younger) to the window's end (to its last
-- sample when a stale marker ended it). Of one series in $6: the low bits of an id are evenly spread.
-- $1 window start, $2 window end, $3 first of the month in which the range starts (all UTC), $4 job or '', $5 metric or ''
with names as (
  select series, first(job) as job, first(metric) as metric, min(timestamp) as known_since
  from series
  where timestamp >= $3 and timestamp < $2
    and ($4 = '' or job = $4)
    and ($5 = '' or metric = $5)
), buckets as (
  select series, timestamp_floor('5m', timestamp) as bucket
  from samples
  where timestamp >= $1 and timestamp < $2 and abs(series) % $6 = 0
  group by series, bucket
), seen as (
  select series, count() as covered, min(bucket) as first_bucket, max(bucket) as last_bucket
  from buckets
), ended as (
  select series, max(timestamp) as ended_at
  from series_ends
  where timestamp >= $1 and timestamp < $2
), spans as (
  select
    names.job,
    names.metric,
    seen.covered,
    datediff('m',
      case when names.known_since < $1 then timestamp_floor('5m', $1) else seen.first_bucket end,
      case when ended.ended_at >= seen.last_bucket then dateadd('m', 5, seen.last_bucket) else $2 end
    ) / 5.0 as alive
  from seen
  join names on names.series = seen.series
  left join ended on ended.series = seen.series
)
select job, metric, sum(covered) as covered_buckets, sum(alive) as alive_buckets
from spans
order by job, metric
