-- Raw samples at 15 s of the series of containers that are alive. Grain: (series, time). $1 from, $2 to (UTC), $3 samples of each.
insert into samples
select at, series, 1.0 * number
from (select dateadd('s', (15 * (x - 1))::int, $1) as at, x as number from long_sequence(10000) where x <= $3) times
cross join (
  select distinct series from series
  where uid in (select uid from containers where created_at < $2 and (ended_at is null or ended_at > $1))
)
