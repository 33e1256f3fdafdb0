-- One page of mart_stage_active. Grain: series. $1 first row, $2 row after the last
select * from mart_stage_active limit $1, $2
