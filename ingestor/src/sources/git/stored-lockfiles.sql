-- Newest row of every lock file. Grain: (repository, path). $1 forge
select repository_id, path as key, row_hash, is_deleted, kind, blob_id
from git_lockfiles
where forge = $1
latest on timestamp partition by repository_id, path
