-- What kube-state-metrics said in the window, by series. Grain: (series). One pass over 14 metrics.
-- $1 from, $2 to (UTC), then low and high id of each metric
select
  series,
  min(timestamp) as first_at,
  max(timestamp) as last_at,
  first(value) as first_value,
  last(value) as last_value,
  min(value) as min_value,
  max(value) as max_value,
  min(case when value > 0 then timestamp end) as first_positive_at,
  max(case when value > 0 then timestamp end) as last_positive_at
from samples
where timestamp >= $1 and timestamp < $2
  and (
    series between $3 and $4 or series between $5 and $6 or series between $7 and $8 or series between $9 and $10
    or series between $11 and $12 or series between $13 and $14 or series between $15 and $16 or series between $17 and $18
    or series between $19 and $20 or series between $21 and $22 or series between $23 and $24 or series between $25 and $26
    or series between $27 and $28 or series between $29 and $30
  )
group by series
