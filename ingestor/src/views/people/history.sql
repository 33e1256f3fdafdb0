-- Dated attributes of people, oldest first. Grain: person and day of a change; `timestamp` is a day label.
select timestamp, person_key, department, role, is_manager, manager_id, location, division, time_zone, joined_on, left_on, active
from people
order by timestamp
