-- Active days of people in interactive containers, newest first. Grain: person and local day; timestamp = its midnight.
-- $1 from, $2 to, $3 only this person, '' = all
select user_key, timestamp
from user_days
where timestamp >= $1 and timestamp < $2 and component = 'interactive' and basis <> 'none' and ($3 = '' or user_key = $3)
order by timestamp desc
