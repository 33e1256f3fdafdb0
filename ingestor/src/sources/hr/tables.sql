-- Dated attributes of people. Grain: (person_key, timestamp); a row holds from its day until the person's next row.
-- `timestamp` is a day label: midnight UTC of the local day. Written only when something changed. No names, no addresses.
create table if not exists people (
  timestamp timestamp,
  person_key symbol capacity 4096, -- pseudonym of the user name: the key of usage, visits, Git, Connect
  person_id symbol capacity 4096, -- pseudonym of the directory's own id; tells two people of a re-used user name apart
  source symbol, -- feed
  department symbol,
  cost_center symbol,
  division symbol,
  title symbol capacity 1024,
  role symbol,
  person_type symbol,
  location symbol,
  time_zone symbol,
  manager_id symbol capacity 1024, -- person_key of the manager
  is_manager boolean, -- somebody active reports to this person
  joined_on timestamp,
  left_on timestamp, -- last day of employment
  active boolean,
  recorded_at timestamp
) timestamp(timestamp) partition by year wal
dedup upsert keys(timestamp, person_key);

-- Other keys of a person (local part of the e-mail address, directory id). Grain: (source, key). Read with
-- `latest on timestamp partition by key`; a key that is not here is its own person key.
create table if not exists identities (
  timestamp timestamp,
  source symbol,
  key symbol capacity 8192,
  person_key symbol capacity 4096,
  how symbol -- username, email, person_id
) timestamp(timestamp) partition by year wal
dedup upsert keys(timestamp, source, key);

-- Who may use the platform. Grain: (person_key, access_group, timestamp = day label); holds until the next row.
create table if not exists access (
  timestamp timestamp,
  person_key symbol capacity 4096,
  access_group symbol,
  has_access boolean,
  source symbol
) timestamp(timestamp) partition by year wal
dedup upsert keys(timestamp, person_key, access_group);

-- Working days. Grain: (location, timestamp = day label). Location '*' is everybody whose location is not known.
create table if not exists calendar_days (
  timestamp timestamp,
  location symbol,
  is_working_day boolean,
  holiday varchar
) timestamp(timestamp) partition by year wal
dedup upsert keys(timestamp, location);

-- What each good or refused feed brought. Grain: (source, timestamp = start of the run or day of a dated file).
-- Counts of people, except late_corrections: changes to closed months that were counted and not applied there.
create table if not exists hr_feeds (
  timestamp timestamp,
  source symbol,
  people long,
  joined long,
  changed long,
  missing long,
  left long,
  invalid_rows long,
  unknown_managers long,
  manager_cycles long,
  overlapping long, -- people that another feed already owns
  late_corrections long
) timestamp(timestamp) partition by year wal
dedup upsert keys(timestamp, source);
