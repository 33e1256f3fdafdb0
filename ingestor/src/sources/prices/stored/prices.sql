-- Every row of prices, to find what has changed.
select * from prices
