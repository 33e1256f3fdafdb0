-- Packages of lock files. Grain: (repository, file content, package, version). version '' = a range, or none, is given.
-- $1 until, $2 only this language, $3 only this package ('' = all)
with files as (
  select distinct forge, repository_id, kind, blob_id
  from (select * from git_lockfiles where timestamp < $1 latest on timestamp partition by forge, repository_id, path)
  where not is_deleted and status = 'ok'
)
select f.forge, f.repository_id, p.language, p.package, p.version, p.source, p.package_repository
from git_packages p join files f on f.blob_id = p.blob_id and f.kind = p.kind
where ($2 = '' or p.language = $2) and ($3 = '' or p.package = $3)
