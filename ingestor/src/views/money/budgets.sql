-- Every dated budget, an amount a month. Grain: (day label, group_by, group_name).
select timestamp, group_by, coalesce(group_name, '') as group_name, amount, currency
from budgets
