-- Current keys of one feed. $1 feed.
select key, person_key, how
from identities
where source = $1
latest on timestamp partition by key
