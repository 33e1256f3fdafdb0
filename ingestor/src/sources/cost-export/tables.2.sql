-- What was used, of charges for data transfer alone: others are summed over their usage types.
alter table cost_charges add column if not exists usage_type symbol;
alter table cost_charges add column if not exists usage_amount double;
alter table cost_charges add column if not exists usage_unit symbol;
