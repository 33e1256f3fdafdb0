-- Every dated price. Grain: (day label, resource, node_type). Per core-hour, GB-hour (2^30 bytes), GPU-hour, GB-month.
select timestamp, resource, unit, price, currency, coalesce(node_type, '') as node_type
from prices
