-- A part of other queries (`-- include`): who pays for the containers that pass the filters, and on what node they are. Grain: container.
-- A container of Connect is paid by the owner of the content whose job it ran (connect_jobs.pod_owner).
-- $1 from, $2 to (local midnights); only $5 kind, $6 cluster, $7 component, $8 image, $9 node, $10 person ('' = all)
node_types as (
  select cluster, node, node_type from nodes latest on timestamp partition by cluster, node
), jobs as (
  select pod_owner, last(server) as server, last(content_guid) as content_guid
  from connect_jobs
  where pod_owner is not null and timestamp < $2
), aliases as (
  select key, person_key from (select key, person_key from identities latest on timestamp partition by key) where key <> person_key
), runs as (
  select jobs.pod_owner, coalesce(aliases.person_key, items.owner) as owner
  from jobs
  join (select server, content_guid, owner from connect_content latest on timestamp partition by server, content_guid) items
    on items.content_guid = jobs.content_guid and items.server = jobs.server
  left join aliases on aliases.key = items.owner
), paid as (
  select c.container_id, coalesce(c.user_key, runs.owner)::symbol as person, c.kind, c.image, c.cluster, c.node
  from (
    select container_id, user_key, kind, image, cluster, node, case when kind = 'connect' then owner_name end as pod_owner
    from containers
    where timestamp < $2 and (ended_at is null or ended_at >= dateadd('d', -1, $1))
      and ($10 = '' or user_key = $10 or (kind = 'connect' and user_key is null))
      and ($5 = '' or kind = $5) and ($6 = '' or cluster = $6) and ($7 = '' or component = $7)
      and ($8 = '' or image = $8) and ($9 = '' or node = $9)
  ) c
  left join runs on runs.pod_owner = c.pod_owner
), payers as (
  select p.container_id, p.person, p.kind, p.image, coalesce(n.node_type, '') as node_type
  from (select * from paid where $10 = '' or person = $10) p
  left join node_types n on n.node = p.node and n.cluster = p.cluster
)
