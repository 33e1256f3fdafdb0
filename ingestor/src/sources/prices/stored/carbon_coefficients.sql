-- Every row of carbon_coefficients, to find what has changed.
select * from carbon_coefficients
