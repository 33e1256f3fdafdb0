-- What the provider charged, by segment. Grain: (segment, service, currency). Billed cost; split rows were left out at import.
-- $1 first day label, $2 day label after the last, $3 first day label of each segment as DOUBLE[] in microseconds
with current_imports as (
  select import_id from cost_imports latest on timestamp partition by billing_account, billing_period
), charges as (
  select insertion_point($3::double[], timestamp::double) as place, import_id, service, currency, billed_cost
  from cost_charges
  where timestamp >= $1 and timestamp < $2
)
select c.place - 2 as segment, c.service, c.currency, sum(c.billed_cost) as billed_cost
from charges c
join current_imports i on i.import_id = c.import_id
