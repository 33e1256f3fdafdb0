-- Jobs of some items. Grain: job. $1 server; the list is lengthened: $2 … items
select concat(content_guid, ' ', job_key) as key, row_hash, false as is_deleted
from connect_jobs
where server = $1 and content_guid in ($2)
