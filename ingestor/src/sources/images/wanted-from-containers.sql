-- Images that containers run. Grain: image reference and digest; '' = digest not known.
select image, coalesce(image_digest, '') image_digest
from containers
where image is not null and image != ''
group by image, image_digest
order by max(timestamp) desc
