-- Containers stored under some user keys. Grain: container instance. The list is lengthened to the number of keys.
-- $1 … keys
select * from containers where user_key in ($1)
