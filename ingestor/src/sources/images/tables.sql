-- What an image contains. Grain: image reference and digest as seen on containers. `timestamp` is the time of the first
-- look-up that learnt something new; read the newest with `latest on timestamp partition by image, image_digest`. What was learnt
-- from a registry is never replaced by less: a deleted tag keeps its row.
create table if not exists images (
  timestamp timestamp,
  image symbol capacity 4096, -- reference as in kube_pod_container_info.image
  image_digest symbol capacity 4096, -- sha256:… of the manifest or index; '' when only the tag is known
  r_version symbol, -- null = no R or not known; 'several' when r_versions has more than one
  python_version symbol,
  quarto_version symbol,
  r_versions varchar, -- JSON array of text, newest first: ["4.4.1","4.3.3"]
  python_versions varchar,
  quarto_versions varchar,
  r_source symbol, -- label, env, tag, path, history; null with no version
  python_source symbol,
  quarto_source symbol,
  source symbol, -- registry (config was read) or tag (rules on the reference only)
  config_digest varchar,
  created_at timestamp, -- of the image, by its config
  environment varchar -- allow-listed variables of the config as a JSON object
) timestamp(timestamp) partition by year wal
dedup upsert keys(timestamp, image, image_digest);
