-- Every dated set of coefficients. Grain: (day label, coefficient_set, node_type). Watts per logical CPU and per GB (2^30 bytes).
select timestamp, coefficient_set, coalesce(node_type, '') as node_type, cpu_min_watts, cpu_max_watts, memory_watts_per_gb, pue,
  embodied_kg, embodied_device_cores, version
from carbon_coefficients
