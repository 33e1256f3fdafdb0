-- More work tables of one run, emptied by each: they are read page by page, so that node never holds all series.
-- Text, not symbols: a filter on a symbol that QuestDB keeps compiled looks for the number that the text had before the table
-- was emptied.

-- What kube-state-metrics said in the window, with the names of the series, by pod. Grain: series.
create table if not exists mart_stage_facts (
  timestamp timestamp, -- start of the window
  series long,
  metric varchar,
  cluster varchar,
  namespace varchar,
  node varchar,
  pod varchar, -- pseudonym
  container varchar,
  uid varchar,
  detail varchar, -- phase, reason, resource or claim (pseudonym)
  unit varchar,
  first_at timestamp,
  last_at timestamp,
  first_value double,
  last_value double,
  min_value double,
  max_value double
) timestamp(timestamp) partition by year wal;

-- cAdvisor's series that reported in the window, one cgroup after the other. Grain: series.
create table if not exists mart_stage_active (
  timestamp timestamp, -- start of the window, the same for all: rows stay in the order in which they were written
  series long,
  metric varchar,
  cluster varchar,
  namespace varchar,
  pod varchar, -- pseudonym
  container varchar,
  cgroup varchar,
  cpu varchar,
  first_at timestamp,
  last_at timestamp
) timestamp(timestamp) partition by year wal;
