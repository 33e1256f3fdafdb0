-- The newest complete snapshot of a store. Grain: store. $1 store
select timestamp, drives
from home_snapshots
where store = $1
latest on timestamp partition by store
