-- Newest row of every member of a repository. Grain: (repository, person). $1 forge
select repository_id, person as key, row_hash, is_deleted
from git_members
where forge = $1 and person is not null
latest on timestamp partition by repository_id, person
