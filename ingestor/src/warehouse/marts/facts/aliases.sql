-- Other keys of people. Grain: key.
select key, person_key
from (select key, person_key from identities latest on timestamp partition by key)
where key <> person_key
