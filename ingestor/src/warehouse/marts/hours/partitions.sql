-- Rows of the raw tables by UTC day, without reading them. Grain: (table, day).
select timestamp_floor('d', minTimestamp) as day, numRows as rows, maxTimestamp as newest
from table_partitions('samples')
where numRows > 0
union all
select timestamp_floor('d', minTimestamp), numRows, maxTimestamp
from table_partitions('series_ends')
where numRows > 0
