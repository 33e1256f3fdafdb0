-- What images contain, by the newest look-up. Grain: (image, image_digest).
select image, image_digest, r_version, python_version, quarto_version
from (select * from images latest on timestamp partition by image, image_digest)
