-- Samples of a span, counted without reading them. $1 from, $2 to (UTC)
select count() as samples from samples where timestamp >= $1 and timestamp < $2
