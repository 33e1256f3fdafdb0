-- What patterns are made of, of workspaces that were alive in a range. Grain: workspace.
-- $1 from, $2 to (UTC); only $3 kind, $4 cluster, $5 component, $6 image, $7 node, $8 person by any key ('' = all)
select
  workspace_id, user_key, created_at, ended_at, ended_by, first_visit_at, last_visit_at, visit_days, visit_basis, cpu_request_cores
from workspaces
where timestamp < $2
  and (ended_at is null or ended_at >= $1)
  and superseded = false
  and ($3 = '' or kind = $3) and ($4 = '' or cluster = $4) and ($5 = '' or component = $5)
  and ($6 = '' or image = $6) and ($7 = '' or node = $7)
  and ($8 = '' or user_key = $8 or user_key in (select key from identities where person_key = $8))
