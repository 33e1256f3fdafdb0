-- Claims of one cluster's replicas that were seen since a time: one row per replica and claim.
-- $1 cluster, $2 oldest sign of life that counts
select replica, elected_at, max(timestamp) as seen_at
from ha_elections
where cluster = $1 and timestamp > $2
order by elected_at, replica;
