-- The same lives as query.sql, with what one curve of a group of people is made of: less than half to read. Grain: workspace.
-- created, ended (null = alive): milliseconds since 1970, cheaper to read than times.
-- $1 to (UTC), $2 earliest end that matters (UTC); only $3 kind, $4 cluster, $5 component, $6 image, $7 node ('' = all)
select cluster, user_key, ended_by, created_at::long / 1000 as created, ended_at::long / 1000 as ended
from workspaces
where timestamp < $1
  and (ended_at is null or ended_at > $2)
  and superseded = false
  and ($3 = '' or kind = $3) and ($4 = '' or cluster = $4) and ($5 = '' or component = $5)
  and ($6 = '' or image = $6) and ($7 = '' or node = $7)
