-- From when to when the newest imports of billing periods have charges. Grain: (billing account, period). $1 from, $2 to (days, UTC)
select billing_account, first_charge_day, last_charge_day
from (select * from cost_imports latest on timestamp partition by billing_account, billing_period)
where first_charge_day < $2 and last_charge_day >= $1
