-- A part of other queries (`-- include`): whose the containers that pass the filters are. Grain: container; with $4, where the
-- directory has several rows of its person, the days on which one of them holds (null: always).
-- $1 from, $2 to (local midnights), $3 time zone of the organisation, $4 whether attributes of persons matter;
-- only $5 kind, $6 cluster, $7 component, $8 image, $9 node ('' = all)
-- include people-spans.sql
, accounts as (
  select person_key as user_key, valid_from, valid_to from changing
  union all
  select other.key as user_key, changing.valid_from, changing.valid_to
  from (select * from (select key, person_key from identities latest on timestamp partition by key) where key <> person_key) other
  join changing on changing.person_key = other.person_key
), owners as (
  select c.container_id, c.user_key, a.valid_from, a.valid_to
  from (
    select container_id, user_key
    from containers
    where timestamp < $2 and (ended_at is null or ended_at >= dateadd('d', -1, $1))
      and ($5 = '' or kind = $5) and ($6 = '' or cluster = $6) and ($7 = '' or component = $7)
      and ($8 = '' or image = $8) and ($9 = '' or node = $9)
  ) c
  left join (select * from accounts where valid_from < $2 and valid_to > $1) a on a.user_key = c.user_key
)
