-- One page of mart_stage_facts. Grain: series. $1 first row, $2 row after the last
select * from mart_stage_facts limit $1, $2
