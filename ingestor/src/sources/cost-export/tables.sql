-- Charges of the provider's cost exports (FOCUS, AWS CUR), summed while they are read. Grain: (import, charge day, key).
-- Only rows of the newest import of a billing account and period count: join cost_imports, latest on timestamp.
-- Designated timestamp = UTC day on which the charge starts (a monthly fee lies on the first).
create table if not exists cost_charges (
  timestamp timestamp,
  import_id symbol capacity 1024,
  charge_key long, -- hash of the columns below up to the currency
  sub_account symbol capacity 1024,
  service symbol capacity 1024,
  charge_category symbol, -- FOCUS: Usage, Purchase, Tax, Credit, Adjustment; CUR: the line item type as it is
  instance_type symbol capacity 1024, -- '' = not known
  currency symbol, -- ISO 4217
  billed_cost double, -- as invoiced; credits are negative; split rows are left out
  line_items long
) timestamp(timestamp) partition by year wal
dedup upsert keys(timestamp, import_id, charge_key);

-- Imports of cost exports. Grain: (imported_at, billing account, billing period). The newest of an account and period replaces
-- all before it. Written after its charges: an import that is cut off changes nothing.
create table if not exists cost_imports (
  timestamp timestamp, -- imported at
  billing_account symbol capacity 1024,
  billing_period symbol, -- YYYY-MM
  import_id symbol capacity 1024,
  format symbol, -- focus, cur
  first_charge_day timestamp,
  last_charge_day timestamp,
  line_items long, -- counted ones
  split_line_items long, -- left out: they repeat the cost of their instance
  files long,
  currency symbol,
  billed_cost double
) timestamp(timestamp) partition by year wal
dedup upsert keys(timestamp, billing_account, billing_period);
