-- Dated attributes of people, oldest first. Grain: person and day of a change; `timestamp` is a day label.
select timestamp, person_key, coalesce(department, 'unattributed') as department, coalesce(role, 'unattributed') as role
from people
order by timestamp
