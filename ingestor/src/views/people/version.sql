-- Changes whenever a row of `people` or `access` does: what of them is visible. Grain: table.
select name, writerTxn from wal_tables() where name = 'people' or name = 'access' order by name
