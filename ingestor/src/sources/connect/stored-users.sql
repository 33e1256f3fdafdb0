-- Newest row of every account. Grain: account. $1 server
select account as key, row_hash, is_deleted
from connect_users
where server = $1
latest on timestamp partition by account
