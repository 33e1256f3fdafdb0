-- Days on which some user keys were active. Grain: local midnight. The list is lengthened to the number of keys.
-- $1 … keys
select distinct timestamp from user_days where user_key in ($1)
