-- Prices, oldest first: what a price was before is the row before it. Grain: (resource, node type, valid from). $1 to (UTC)
select timestamp, resource, unit, node_type, price, currency
from prices
where timestamp < $1
order by timestamp
