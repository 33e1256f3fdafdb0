-- Packages of some items as they are now. Grain: (item, language, package). $1 server; the list is lengthened: $2 … items
select content_guid, language, package, version, language_version, bundle_id, is_deleted
from connect_packages
where server = $1 and content_guid in ($2)
latest on timestamp partition by content_guid, language, package
