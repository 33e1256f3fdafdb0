-- When support of minor releases ends, as last known. Grain: (runtime, release). $1 runtime
select release, end_of_life
from (select * from runtime_eol where runtime = $1 latest on timestamp partition by runtime, release)
