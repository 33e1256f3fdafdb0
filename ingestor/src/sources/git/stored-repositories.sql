-- Newest row of every repository. Grain: repository. $1 forge
select repository_id as key, row_hash, is_deleted, state
from git_repositories
where forge = $1
latest on timestamp partition by repository_id
