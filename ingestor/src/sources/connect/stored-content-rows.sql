-- Whole newest rows, to be written again as deleted. Grain: content item. $1 server
select *
from connect_content
where server = $1
latest on timestamp partition by content_guid
