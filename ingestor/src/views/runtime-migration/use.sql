-- When people were active with an image, by twelve weeks. Grain: (person, image, image_digest, stretch): first and last active day in
-- it. Active: five active minutes of a container in a day, or a visit to it. Within twelve weeks no gap is as long as 90 days.
-- $1 to (local midnight), $2 only this kind ('' = all)
with used as (
  select timestamp, container_id from container_usage_1d where timestamp < $1 and active_seconds >= 300
  union all
  select timestamp, container_id from container_visits_1d where timestamp < $1 and visits > 0
), stretches as (
  select container_id, timestamp_floor('84d', timestamp) as stretch, min(timestamp) as first_at, max(timestamp) as last_at from used
)
select c.user_key, c.image, c.image_digest, s.stretch, min(s.first_at) as first_at, max(s.last_at) as last_at
from stretches s
join (select container_id, user_key, image, image_digest from containers where user_key is not null and ($2 = '' or kind = $2)) c
  on c.container_id = s.container_id
