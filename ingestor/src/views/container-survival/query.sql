-- Lives of workspaces that were under observation before a time, with what curves are split by. Grain: (cluster, account, cause,
-- kind, component, image, node, stretch of time); `lives`: "created ended" of each workspace in milliseconds since 1970,
-- ended 0 = alive, separated by commas; see lives.sql.
-- $1 to (UTC), $2 earliest end that matters (UTC); only $3 kind, $4 cluster, $5 component, $6 image, $7 node ('' = all)
select
  cluster, user_key, ended_by, kind, component, image, node,
  case when kind = 'interactive' and user_key is not null then timestamp_floor('y', timestamp) else timestamp_floor('d', timestamp) end as stretch,
  string_agg(concat(created_at::long / 1000, ' ', coalesce(ended_at::long / 1000, 0L)), ',') as lives
from workspaces
where timestamp < $1
  and (ended_at is null or ended_at > $2)
  and superseded = false
  and ($3 = '' or kind = $3) and ($4 = '' or cluster = $4) and ($5 = '' or component = $5)
  and ($6 = '' or image = $6) and ($7 = '' or node = $7)
