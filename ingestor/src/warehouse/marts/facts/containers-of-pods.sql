-- Containers of some pods. Grain: container instance. The list is lengthened to the number of uids.
-- $1 … uids
select * from containers where uid in ($1)
