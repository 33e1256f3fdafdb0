-- Every dated grid intensity. Grain: (day label, region, hour_of_day UTC, -1 = the whole day). kg CO2e per kWh.
select timestamp, region, hour_of_day, kg_per_kwh, version
from grid_intensity
