-- What is known already. Grain: image reference and digest, newest row.
select timestamp, image, image_digest, source
from images
latest on timestamp partition by image, image_digest
