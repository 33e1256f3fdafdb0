-- Dated rows from configuration and CSV. A row holds from valid_from until the next of the same key; nothing is ever
-- overwritten silently: a changed value for the same key and day is refused (or stored as a correction when asked to).
-- Designated timestamp = valid_from, midnight UTC.

-- Price of a resource. Grain: (valid_from, resource, node_type).
create table if not exists prices (
  timestamp timestamp, -- valid from
  resource symbol, -- cpu, memory, gpu, storage
  unit symbol, -- core_hour, gb_hour, gpu_hour, gb_month (GB = 2^30 bytes)
  price double, -- per unit
  currency symbol, -- ISO 4217
  node_type symbol, -- '' = every node without a price of its own
  source symbol, -- config, or the name of the CSV file
  imported_at timestamp
) timestamp(timestamp) partition by year wal
dedup upsert keys(timestamp, resource, node_type);

-- Budget of a group for a month. Grain: (month, group_by, group_name).
create table if not exists budgets (
  timestamp timestamp, -- from this month on
  group_by symbol, -- platform, department, kind
  group_name symbol, -- '' for the platform
  amount double, -- per month
  currency symbol,
  source symbol,
  imported_at timestamp
) timestamp(timestamp) partition by year wal
dedup upsert keys(timestamp, group_by, group_name);

-- One unit of `currency` is `rate` units of `base_currency`. Grain: (valid_from, currency, base_currency).
create table if not exists exchange_rates (
  timestamp timestamp,
  currency symbol,
  base_currency symbol,
  rate double,
  source symbol,
  imported_at timestamp
) timestamp(timestamp) partition by year wal
dedup upsert keys(timestamp, currency, base_currency);

-- Coefficients of the carbon formula, a low and a high set. Grain: (valid_from, coefficient_set, node_type).
create table if not exists carbon_coefficients (
  timestamp timestamp,
  coefficient_set symbol, -- low, high
  node_type symbol, -- '' = every node without coefficients of its own
  cpu_min_watts double, -- per logical CPU, idle
  cpu_max_watts double, -- per logical CPU, fully used
  memory_watts_per_gb double,
  pue double,
  embodied_kg double, -- of one device; null = not known
  embodied_device_cores double, -- cores of that device
  version symbol, -- name of the set, shown beside every figure
  source symbol,
  imported_at timestamp
) timestamp(timestamp) partition by year wal
dedup upsert keys(timestamp, coefficient_set, node_type);

-- Grid intensity. Grain: (valid_from, region, hour_of_day).
create table if not exists grid_intensity (
  timestamp timestamp,
  region symbol,
  hour_of_day int, -- UTC 0–23; -1 = the whole day
  kg_per_kwh double,
  version symbol,
  source symbol,
  imported_at timestamp
) timestamp(timestamp) partition by year wal
dedup upsert keys(timestamp, region, hour_of_day);

-- When a runtime's support ends. Grain: (known_from, runtime, release): a date that moves is a new row; read the latest.
create table if not exists runtime_eol (
  timestamp timestamp, -- known from (default 2000-01-01)
  runtime symbol, -- r, python, quarto
  release symbol, -- minor release: 4.4, 3.12
  end_of_life timestamp, -- midnight UTC; null = not announced
  successor symbol, -- minor release that follows, null = none yet
  source symbol,
  imported_at timestamp
) timestamp(timestamp) partition by year wal
dedup upsert keys(timestamp, runtime, release);
