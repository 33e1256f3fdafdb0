-- Lock files that could be read. Grain: file. $1 until
select forge, repository_id, kind, blob_id, r_version, python_version
from (select * from git_lockfiles where timestamp < $1 latest on timestamp partition by forge, repository_id, path)
where not is_deleted and status = 'ok'
