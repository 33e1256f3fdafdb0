-- Changes whenever something that sizing reads has changed: roll-ups, people, prices. One row.
select *
from (select max(rolled_up_at) as rolled_up_at from mart_hours)
cross join (select max(updated_at) as watermark_at from mart_watermarks)
cross join (select count() as usage_rows from container_usage)
cross join (select count() as container_rows from containers)
cross join (select count() as node_rows from nodes)
cross join (select count() as day_rows from user_days)
cross join (select count() as people_rows, max(recorded_at) as people_recorded_at from people)
cross join (select count() as price_rows, max(imported_at) as prices_imported_at from prices)
