-- Holidays of everybody's calendar. Grain: day label. $1 first day label, $2 day label after the last
select timestamp
from calendar_days
where timestamp >= $1 and timestamp < $2 and location = '*' and holiday is not null
