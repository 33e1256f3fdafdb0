-- What platforms said about the end of workspaces, and who did it. Grain: one event.
-- $1 from, $2 to (UTC)
select timestamp, kind, cluster, namespace, pod, uid, server_user, server_name, session, actor_type, rule
from platform_events
where timestamp >= $1 and timestamp < $2 and kind in ('workspace_stopped', 'workspace_deleted')
