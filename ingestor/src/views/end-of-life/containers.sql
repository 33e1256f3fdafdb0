-- Containers that run at a moment, by the versions of their image and their user. Grain: (versions, user).
-- $1 the moment (UTC)
-- Joined on symbols before anything else: keys of one type keep QuestDB's hash join.
select v.r_version, v.python_version, v.quarto_version, c.user_key, count() as containers
from (
  select user_key, image, coalesce(image_digest, '')::symbol as image_digest
  from containers
  where timestamp <= $1 and (ended_at is null or ended_at > $1)
) c
join (
  select image, coalesce(image_digest, '')::symbol as image_digest, r_version, python_version, quarto_version
  from (select * from images latest on timestamp partition by image, image_digest)
) v on v.image = c.image and v.image_digest = c.image_digest
