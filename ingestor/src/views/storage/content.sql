-- Bytes of all bundles of Connect's content as of a time, and as known before the range. Grain: item that exists.
-- $1 range start, $2 as of (UTC), $3 only this server ('' = all)
with items as (
  select server, content_guid, owner, created_at, is_deleted
  from connect_content
  where timestamp < $2 and ($3 = '' or server = $3)
  latest on timestamp partition by server, content_guid
), held as (
  select server, content_guid, bytes_total from connect_storage where timestamp < $2 latest on timestamp partition by server, content_guid
), held_before as (
  select server, content_guid, bytes_total from connect_storage where timestamp < $1 latest on timestamp partition by server, content_guid
)
select
  items.server as server, items.content_guid as content_guid, owner, created_at,
  held.bytes_total as used_bytes, held_before.bytes_total as used_before_bytes
from items
left join held on held.server = items.server and held.content_guid = items.content_guid
left join held_before on held_before.server = items.server and held_before.content_guid = items.content_guid
where not is_deleted and created_at < $2
order by server, content_guid
