-- Five-minute rows of containers that are idle at night and at weekends and busy for some hours a day: sixteen cores or next to
-- none, by container. Grain: (bucket, container). $1 from, $2 to (UTC), $3 buckets between them.
insert into container_usage
select at, container_id, node, 300f, 300f, cores >= 0.1, 16f, cores * 300, 300f, 68719476736.0, (2e9 + cores * 1e9) * 300, 2e9 + cores * 1e9
from (
  select b.at, c.container_id, c.node,
    case when hour(b.at) between 9 and 14 and day_of_week(b.at) <= 5 then rnd_double() * c.most else 0.02 end as cores
  from (select dateadd('m', (5 * (x - 1))::int, $1) as at from long_sequence(100000) where x <= $3) b
  cross join (
    select container_id, node, created_at, coalesce(ended_at, '2200-01-01T00:00:00Z'::timestamp) as until,
      case when strpos(container_id, '3') % 3 > 0 then 14.0 else 0.3 end as most
    from containers
    where created_at < $2 and (ended_at is null or ended_at > $1)
  ) c
  where b.at >= c.created_at and b.at < c.until
)
