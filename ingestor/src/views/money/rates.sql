-- Every dated exchange rate: one unit of currency is rate units of base_currency. Grain: (day label, currency, base_currency).
select timestamp, currency, base_currency, rate
from exchange_rates
