-- Whole newest rows, to be written again as deleted. Grain: account. $1 server
select *
from connect_users
where server = $1
latest on timestamp partition by account
