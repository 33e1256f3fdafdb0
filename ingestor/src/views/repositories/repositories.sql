-- Repositories that exist. Grain: repository. $1 until, $2 only this forge ('' = all)
select forge, repository_id, is_archived, last_activity_at, state
from (
  select * from git_repositories
  where timestamp < $1 and ($2 = '' or forge = $2)
  latest on timestamp partition by forge, repository_id
)
where not is_deleted
