-- When the newest event was received.
select max(received_at) as received_at from platform_events
