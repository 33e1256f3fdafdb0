-- Prices of cores and memory. Grain: (resource, node_type, valid from).
select timestamp, resource, node_type, price, currency
from prices
where (resource = 'cpu' and unit = 'core_hour') or (resource = 'memory' and unit = 'gb_hour')
order by timestamp
