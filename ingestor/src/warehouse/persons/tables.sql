-- People that must not come back when a feed names them again. Grain: code. Codes are HMACs of the person key and of the
-- directory id with a purpose of their own: with the pseudonym key one can ask "is it this one?", nobody can read who it is.
-- In the warehouse, not in a file: every ingestor and the next machine must know.
create table if not exists forgotten_people (
  timestamp timestamp, -- always 2000-01-01: a code once
  code symbol capacity 1024, -- t_…
  reason symbol, -- erased: for good; left: until the directory says that they are active again
  forgotten_at timestamp
) timestamp(timestamp) partition by year wal
dedup upsert keys(timestamp, code);

-- Fingerprints of the keys that pseudonyms were made with. Grain: fingerprint and time. All ingestors of one warehouse must
-- share one: the last that was accepted, else the first.
create table if not exists pseudonym_keys (
  timestamp timestamp, -- when an ingestor started with it
  fingerprint symbol,
  accepted boolean -- an operator said that it takes the place of the one before (privacy.accept_new_pseudonym_key)
) timestamp(timestamp) partition by year wal
dedup upsert keys(timestamp, fingerprint);
