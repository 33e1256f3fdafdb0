-- Locations that people have or had.
select distinct location
from people
where location is not null
