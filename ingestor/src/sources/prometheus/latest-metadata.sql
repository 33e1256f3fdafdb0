-- The newest description of each metric.
select metric, type, help, unit
from metric_metadata
latest on timestamp partition by metric;
