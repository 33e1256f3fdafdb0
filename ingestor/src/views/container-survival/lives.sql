-- The same lives as query.sql, with what one curve of a group of people is made of. Grain: (cluster, account, cause, stretch of
-- time); `lives`: "created ended" of each workspace in milliseconds since 1970, ended 0 = alive, separated by commas. Ten times
-- fewer rows, which is what an answer waits for. QuestDB refuses a text of a megabyte: what may be a job of every five minutes,
-- or of nobody, has a row for each day.
-- $1 to (UTC), $2 earliest end that matters (UTC); only $3 kind, $4 cluster, $5 component, $6 image, $7 node ('' = all)
select
  cluster, user_key, ended_by,
  case when kind = 'interactive' and user_key is not null then timestamp_floor('y', timestamp) else timestamp_floor('d', timestamp) end as stretch,
  string_agg(concat(created_at::long / 1000, ' ', coalesce(ended_at::long / 1000, 0L)), ',') as lives
from workspaces
where timestamp < $1
  and (ended_at is null or ended_at > $2)
  and superseded = false
  and ($3 = '' or kind = $3) and ($4 = '' or cluster = $4) and ($5 = '' or component = $5)
  and ($6 = '' or image = $6) and ($7 = '' or node = $7)
