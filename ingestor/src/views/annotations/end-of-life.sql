-- Runtimes whose support ends, by the newest date known. Grain: (runtime, release). $1 from, $2 to (UTC)
select runtime, release, successor, end_of_life
from (
  select runtime, release, successor, end_of_life, timestamp
  from runtime_eol
  latest on timestamp partition by runtime, release
)
where end_of_life >= $1 and end_of_life < $2
order by end_of_life
