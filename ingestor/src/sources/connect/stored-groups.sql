-- Newest row of every group and membership. Grain: (group, person). $1 server
select concat(group_guid, ' ', person) as key, row_hash, not is_member as is_deleted
from connect_groups
where server = $1
latest on timestamp partition by group_guid, person
