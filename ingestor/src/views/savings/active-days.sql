-- Active days of people in interactive containers. Grain: person.
-- $1 first day label, $2 day label after the last; $3 from, $4 to: a day wider on both sides
select user_key, count() as days
from (select user_key, to_timestamp(day, 'yyyy-MM-dd') as label, basis, component from user_days where timestamp >= $3 and timestamp < $4)
where label >= $1 and label < $2 and component = 'interactive' and basis <> 'none'
