-- Every row of runtime_eol, to find what has changed.
select * from runtime_eol
