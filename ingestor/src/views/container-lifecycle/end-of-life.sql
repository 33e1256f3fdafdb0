-- When support of minor releases ends, as last known. Grain: (runtime, release).
select runtime, release, end_of_life
from (select * from runtime_eol latest on timestamp partition by runtime, release)
where end_of_life is not null
