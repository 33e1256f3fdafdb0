-- Series that have their row for a UTC month, one slice of ids at a time so that no answer is large.
-- $1, $2 first and last id; $3, $4 start (included) and end (excluded) of the month
select distinct series
from series
where series between $1 and $2 and timestamp >= $3 and timestamp < $4;
