-- Gives an event the pod that it is about. $1 uid, $2 key of the event, $3 its time, $4 a millisecond later (UTC)
update platform_events set uid = $1 where event_key = $2 and timestamp >= $3 and timestamp < $4
