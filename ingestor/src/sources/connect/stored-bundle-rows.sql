-- Whole rows of the bundles of one item. Grain: bundle. $1 server, $2 item
select *
from connect_bundles
where server = $1 and content_guid = $2
