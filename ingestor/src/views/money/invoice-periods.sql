-- Days that the newest imports of cost exports cover. Grain: (billing account, billing period).
select first_charge_day, last_charge_day, currency
from cost_imports latest on timestamp partition by billing_account, billing_period
