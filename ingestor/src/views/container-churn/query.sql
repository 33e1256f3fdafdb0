-- Workspaces created in a range. Grain: workspace.
-- $1 from, $2 to (UTC); only $3 kind, $4 cluster, $5 component, $6 image, $7 node ('' = all)
select workspace_id, user_key, created_at, ended_at, last_visit_at, visit_days, visit_basis, cluster, image, node, cpu_request_cores, memory_request_bytes
from workspaces
where timestamp >= $1 and timestamp < $2
  and superseded = false
  and ($3 = '' or kind = $3) and ($4 = '' or cluster = $4) and ($5 = '' or component = $5)
  and ($6 = '' or image = $6) and ($7 = '' or node = $7)
