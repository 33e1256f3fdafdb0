-- How far the event logs are known. Grain: log. $1 server
select log, is_available, begins_at, known_until
from connect_logs
where server = $1
