-- Charges for data transfer of the newest import of each billing account and period. Grain: (day, sub-account, service, usage type, unit,
-- currency). $1 from, $2 to (days, UTC)
select c.timestamp, c.sub_account, c.service, c.usage_type, c.usage_unit, c.currency,
  sum(c.usage_amount) as amount, sum(case when c.usage_amount is null then 0 else c.billed_cost end) as cost_of_amount,
  sum(c.billed_cost) as cost
from (select * from cost_charges where timestamp >= $1 and timestamp < $2 and usage_type is not null) c
join (select import_id from cost_imports latest on timestamp partition by billing_account, billing_period) i
  on i.import_id = c.import_id
