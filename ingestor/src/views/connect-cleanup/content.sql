-- Content items as of a time, with their bytes. Grain: item. $1 as of (UTC), $2 only this server ('' = all)
with items as (
  select *
  from connect_content
  where timestamp < $1 and ($2 = '' or server = $2)
  latest on timestamp partition by server, content_guid
), bytes as (
  select server, content_guid, bundles, bytes_total, bytes_active
  from connect_storage
  where timestamp < $1
  latest on timestamp partition by server, content_guid
)
select
  items.server as server, items.content_guid as content_guid, name, title, owner, is_locked, created_at, last_deployed_at, bundle_id, app_mode,
  category, cpu_request_cores, memory_request_bytes, min_processes, r_version, python_version, quarto_version, tags,
  bundles, bytes_total, bytes_active
from items
left join bytes on bytes.server = items.server and bytes.content_guid = items.content_guid
where not is_deleted and created_at < $1
order by server, created_at, content_guid
