-- Content of Connect with the versions that the server says it runs on. Grain: (server, content_guid, day of a change), in order of
-- time. $1 before (UTC), $2 only this server ('' = all)
select timestamp, server, content_guid, owner, created_at, bundle_id, r_version, python_version, quarto_version, is_deleted
from connect_content
where timestamp < $1 and ($2 = '' or server = $2)
order by timestamp
