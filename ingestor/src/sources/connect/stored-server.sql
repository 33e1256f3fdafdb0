-- Newest row of a server. Grain: server. $1 server
select server as key, row_hash, false as is_deleted
from connect_servers
where server = $1
latest on timestamp partition by server
