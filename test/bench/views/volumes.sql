-- A home directory of every person. Grain: (claim, UTC day). $1 from, $2 days.
insert into volume_usage_1d
select d.timestamp, to_str(d.timestamp, 'yyyy-MM-dd'), 'bench', 'jupyter', p.person_key, 1e10, 1e10, 5e10, 1e5, 1e7, 288
from (select dateadd('d', (x - 1)::int, $1) as timestamp from long_sequence(1000) where x <= $2) d
cross join (select person_key from people latest on timestamp partition by person_key) p
