-- Rows of each hour when it was last rolled up. Grain: hour.
select timestamp, sample_rows from mart_hours
