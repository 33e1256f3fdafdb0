-- Dated membership of the groups that give access, oldest first. Grain: person, group and day of a change.
select timestamp, person_key, access_group, has_access
from access
order by timestamp
