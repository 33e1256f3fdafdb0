-- Last day of employment of those who left. Grain: person.
select person_key, left_on
from (select person_key, left_on from people latest on timestamp partition by person_key)
where left_on is not null
