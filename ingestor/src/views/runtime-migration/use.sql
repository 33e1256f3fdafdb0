-- When people were active with an image, by month. Grain: (person, image, image_digest, month): first and last active day in it.
-- Active: five active minutes of a container in a day, or a visit to it. Within a month no gap is as long as 90 days.
-- $1 to (local midnight), $2 only this kind ('' = all)
with used as (
  select timestamp, container_id from container_usage_1d where timestamp < $1 and active_seconds >= 300
  union all
  select timestamp, container_id from container_visits_1d where timestamp < $1 and visits > 0
), months as (
  select container_id, timestamp_floor('M', timestamp) as month, min(timestamp) as first_at, max(timestamp) as last_at from used
)
select c.user_key, c.image, c.image_digest, m.month, min(m.first_at) as first_at, max(m.last_at) as last_at
from months m
join (select container_id, user_key, image, image_digest from containers where user_key is not null and ($2 = '' or kind = $2)) c
  on c.container_id = m.container_id
