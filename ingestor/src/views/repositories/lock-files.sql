-- Lock files of repositories. Grain: (repository, file). $1 until, $2 only this forge ('' = all)
select forge, repository_id, kind, status
from (
  select * from git_lockfiles
  where timestamp < $1 and ($2 = '' or forge = $2)
  latest on timestamp partition by forge, repository_id, path
)
where not is_deleted
