-- Home and project drives of the newest complete report of each store, and what they held by the newest before the range. Grain: drive.
-- $1 range start, $2 as of (UTC), $3 only this store ('' = all)
with now_at as (
  select store, timestamp, snapshot from home_snapshots where timestamp < $2 and ($3 = '' or store = $3)
  latest on timestamp partition by store
), before_at as (
  select store, timestamp, snapshot from home_snapshots where timestamp < $1 and ($3 = '' or store = $3)
  latest on timestamp partition by store
), now_held as (
  select d.store, d.drive, d.timestamp, d.owner, d.account_state, d.used_bytes, d.soft_limit_bytes, d.hard_limit_bytes, d.is_partial
  from home_drives d join now_at a on a.store = d.store and a.timestamp = d.timestamp and a.snapshot = d.snapshot
), before_held as (
  select d.store, d.drive, d.used_bytes
  from home_drives d join before_at a on a.store = d.store and a.timestamp = d.timestamp and a.snapshot = d.snapshot
)
select n.store, n.drive, n.timestamp as reported_on, n.owner, n.account_state, n.used_bytes, n.soft_limit_bytes, n.hard_limit_bytes,
  n.is_partial, b.used_bytes as used_before_bytes, coalesce(a.snapshot, 0L) <> 0L as was_reported
from now_held n
left join before_held b on b.store = n.store and b.drive = n.drive
left join before_at a on a.store = n.store
order by n.store, n.drive
