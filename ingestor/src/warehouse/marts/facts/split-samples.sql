-- Samples of the few series that belong to several containers or starts. $5: as regular expression of ids is not possible,
-- so they are joined. Grain: (series, timestamp).
-- $1 from, $2 to (UTC), $3, $4 ids of the metric, $5 chunk
select samples.series, samples.timestamp, samples.value
from (select * from samples where timestamp >= $1 and timestamp < $2 and series between $3 and $4) samples
join (select distinct series from mart_stage_series where chunk = $5) wanted on wanted.series = samples.series
order by samples.timestamp
