-- Visits of people to workspaces. Grain: one event.
-- $1 from, $2 to (UTC)
select timestamp, kind, cluster, namespace, pod, uid, server_user, server_name, session, person, component, actor_type, rule
from platform_events
where timestamp >= $1 and timestamp < $2 and kind = 'visit' and not coalesce(is_bot, false)
