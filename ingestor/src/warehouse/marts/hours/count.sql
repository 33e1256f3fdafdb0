-- Raw rows of an hour. $1 from, $2 to (UTC)
select sum(rows) as rows
from (
  select count() as rows from samples where timestamp >= $1 and timestamp < $2
  union all
  select count() from series_ends where timestamp >= $1 and timestamp < $2
)
