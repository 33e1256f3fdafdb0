-- How far the marts are. Grain: mart.
select mart, watermark from mart_watermarks
