-- People that other feeds own as of a day. $1 feed, $2 day label after the last to look at.
select person_key
from (
  select person_key, source, active
  from people
  where timestamp < $2
  latest on timestamp partition by person_key
)
where source != $1 and active
