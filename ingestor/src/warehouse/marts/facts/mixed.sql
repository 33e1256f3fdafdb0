-- Number of gauges that changed between 0 and 1 in the window.
select count() as series from mart_stage_facts where max_value > 0 and min_value <= 0
