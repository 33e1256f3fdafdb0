-- Tables whose write-ahead log is no longer applied (full disk, lost file). Grain: table.
select name, errorTag as error_tag, errorMessage as error_message
from wal_tables()
where suspended
