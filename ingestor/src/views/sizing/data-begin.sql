-- First bucket of usage. One row.
select min(timestamp) as begins from container_usage
