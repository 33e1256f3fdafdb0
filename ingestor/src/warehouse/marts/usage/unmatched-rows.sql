-- Whether a window has unmatched rows. $1 from, $2 to (UTC)
select count() as rows from unmatched_usage where timestamp >= $1 and timestamp < $2
