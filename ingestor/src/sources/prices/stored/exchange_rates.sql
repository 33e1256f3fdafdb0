-- Every row of exchange_rates, to find what has changed.
select * from exchange_rates
