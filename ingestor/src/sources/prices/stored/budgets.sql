-- Every row of budgets, to find what has changed.
select * from budgets
