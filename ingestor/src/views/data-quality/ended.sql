-- Series that the sender said had ended. Grain: series. $1 from, $2 to (UTC)
select series, max(timestamp) as ended_at
from series_ends
where timestamp >= $1 and timestamp < $2
