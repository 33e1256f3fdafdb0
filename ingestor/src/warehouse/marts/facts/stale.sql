-- Stale markers in the window. Grain: (series).
-- $1 from, $2 to (UTC), $3, $4 ids of kube_pod_info
select series, max(timestamp) as stale_at
from series_ends
where timestamp >= $1 and timestamp < $2 and series between $3 and $4
group by series
