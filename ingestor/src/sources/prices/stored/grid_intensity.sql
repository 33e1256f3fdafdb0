-- Every row of grid_intensity, to find what has changed.
select * from grid_intensity
