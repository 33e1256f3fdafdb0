-- Currencies there are prices or rates of. Grain: currency.
select distinct currency from prices
union
select distinct currency from exchange_rates
union
select distinct base_currency as currency from exchange_rates
