-- All rows of one feed, oldest first. $1 feed. Days are day labels.
select timestamp, person_key, person_id, department, cost_center, division, title, role, person_type, location, time_zone,
  manager_id, is_manager, joined_on, left_on, active
from people
where source = $1
order by timestamp
