-- Newest bytes of every item. Grain: content item. $1 server
select content_guid as key, row_hash, false as is_deleted
from connect_storage
where server = $1
latest on timestamp partition by content_guid
