-- Bundles of some items. Grain: bundle. $1 server; the list is lengthened: $2 … items
select concat(content_guid, ' ', bundle_id) as key, row_hash, is_deleted
from connect_bundles
where server = $1 and content_guid in ($2)
