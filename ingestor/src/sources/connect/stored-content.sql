-- Newest row of every item. Grain: content item. $1 server
select content_guid as key, row_hash, is_deleted
from connect_content
where server = $1
latest on timestamp partition by content_guid
