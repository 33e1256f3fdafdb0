-- Containers that were alive at or after a time. Grain: container instance.
-- $1 time (UTC)
select * from containers where ended_at is null or ended_at >= $1 or last_seen_at >= $1
