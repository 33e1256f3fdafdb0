-- Packages of content on Connect. Grain: (package, version, owner). $1 until, $2 only this language, $3 only this package ('' = all)
with packages as (
  select server, content_guid, language, package, version
  from (
    -- Named, since QuestDB takes `version` for its function where it comes by a star.
    select server, content_guid, language, package, version, is_deleted from connect_packages
    where timestamp < $1 and ($2 = '' or language = $2)
    latest on timestamp partition by server, content_guid, language, package
  )
  where not is_deleted and ($3 = '' or package = $3)
), content as (
  select server, content_guid, owner
  from (select * from connect_content where timestamp < $1 latest on timestamp partition by server, content_guid)
  where not is_deleted
)
select p.language, p.package, p.version, c.owner as person, count() as content
from packages p join content c on c.server = p.server and c.content_guid = p.content_guid
