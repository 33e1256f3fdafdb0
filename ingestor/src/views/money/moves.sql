-- Days (labels) on which attributes of somebody change within a range. Grain: day.
-- $1 first day label of the range, $2 day label after its last. A person's first row is no change: it holds before its day, too.
select distinct timestamp from people where timestamp > $1 and timestamp < $2
