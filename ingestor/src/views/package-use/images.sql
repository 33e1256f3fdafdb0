-- Runtimes of images that containers ran. Grain: (version of R, Python and Quarto). $1 from, $2 to (UTC)
select v.r_version, v.python_version, v.quarto_version, count() as images
from (
  select distinct image, coalesce(image_digest, '')::symbol as image_digest
  from containers
  where created_at < $2 and coalesce(ended_at, last_seen_at) >= $1 and image is not null
) c
join (
  select image, coalesce(image_digest, '')::symbol as image_digest, r_version, python_version, quarto_version
  from (select * from images latest on timestamp partition by image, image_digest)
) v on v.image = c.image and v.image_digest = c.image_digest
