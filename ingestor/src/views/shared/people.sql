-- Every dated row of attributes, in order. Grain: (person_key, timestamp = day label).
select timestamp, person_key, department, role, is_manager, left_on, active
from people
order by timestamp
