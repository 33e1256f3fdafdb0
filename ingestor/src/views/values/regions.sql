-- Regions of the grid with an intensity. Grain: region.
select distinct region from grid_intensity
