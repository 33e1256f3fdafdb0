-- What is stored of a server. Grain: server. $1 server
select row_hash from package_servers where server = $1 latest on timestamp partition by server
