-- Newest row of every package of a server. Grain: (repository, package). $1 server
select repository, language, package, version, is_internal, is_deleted
from package_registry
where server = $1
latest on timestamp partition by server, repository, language, package
