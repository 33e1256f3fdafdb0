-- Newest row of every schedule. Grain: schedule. $1 server
select concat(content_guid, ' ', schedule_key) as key, row_hash, is_deleted
from connect_schedules
where server = $1
latest on timestamp partition by content_guid, schedule_key
