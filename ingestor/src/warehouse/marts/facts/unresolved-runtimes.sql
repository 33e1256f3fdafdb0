-- Choices of a runtime that name their workspace by anything but the uid of its pod. Grain: one event.
-- $1 time (UTC): of those that happened, or were received, then or later
select timestamp, event_key, kind, cluster, namespace, pod, uid, server_user, server_name, session, actor_type, rule
from platform_events
where (timestamp >= $1 or received_at >= $1) and kind in ('runtime_selected', 'workspace_created')
  and (uid is null or uid = '')
  and (r_version is not null or python_version is not null or quarto_version is not null)
  and (pod is not null or session is not null or server_user is not null)
