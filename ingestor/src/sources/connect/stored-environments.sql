-- Newest row of everything a server offers. Grain: (kind, name, version). $1 server
select concat(kind, ' | ', name, ' | ', version) as key, row_hash, is_deleted
from connect_environments
where server = $1
latest on timestamp partition by kind, name, version
