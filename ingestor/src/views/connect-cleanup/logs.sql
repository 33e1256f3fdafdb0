-- From when to when the logs of each server are known. Grain: (server, log)
select server, log, is_available, begins_at, known_until
from connect_logs
