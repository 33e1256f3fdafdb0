-- Newest versions that registries offer. Grain: (server, repository, package). $1 until
select language, package, version, is_internal
from (
  -- Named, since QuestDB takes `version` for its function where it comes by a star.
  select server, repository, language, package, version, is_internal, is_deleted from package_registry
  where timestamp < $1
  latest on timestamp partition by server, repository, language, package
)
where not is_deleted
