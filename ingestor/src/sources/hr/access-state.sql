-- Current membership as one feed told it. $1 feed.
select person_key, access_group, has_access
from access
where source = $1
latest on timestamp partition by person_key, access_group
