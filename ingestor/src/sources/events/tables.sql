-- What platforms tell us: visits, logins, workspaces created, stopped and deleted, runtimes chosen, releases.
-- Grain: one event. Written by the events and jupyterhub sources; `event_key` hashes the sender's id, or the content
-- where there is none, so that sending again changes nothing. People, pods, servers, sessions and paths are pseudonyms.
create table if not exists platform_events (
  timestamp timestamp, -- when it happened (a JupyterHub visit: start of its five-minute bucket, UTC)
  event_key long,
  source symbol, -- portal, jupyterhub, …
  server symbol, -- which of several (name of the hub), else null
  kind symbol, -- visit, login, logout, workspace_created, workspace_stopped, workspace_deleted, runtime_selected, release
  component symbol, -- interactive, connect, batch, git, other
  person symbol capacity 4096, -- u_…: the visitor, the one who logged in, the owner of the workspace; null = not named
  is_bot boolean, -- monitor or robot: never a person
  activity symbol, -- of a visit: page, notebook, ide, terminal, ssh, api, other
  path varchar, -- pseudonym
  cluster symbol,
  namespace symbol,
  pod symbol capacity 4096, -- pseudonym, as in series.pod
  uid symbol capacity 65536, -- uid of the pod
  container symbol,
  server_user symbol capacity 4096, -- u_…: with server_name the key of a JupyterHub server
  server_name symbol capacity 4096, -- pseudonym; '' = the user's default server, null = not a JupyterHub server
  session symbol capacity 65536, -- pseudonym of the portal's own id
  actor_type symbol, -- who ended or created it: user, rule, system; null = not said
  actor symbol capacity 4096, -- u_…
  rule symbol, -- name of the rule
  acting_for symbol capacity 4096, -- u_…
  r_version symbol,
  python_version symbol,
  quarto_version symbol,
  image symbol capacity 4096,
  image_digest symbol capacity 4096,
  release_name symbol,
  release_version symbol,
  release_environment symbol,
  received_at timestamp
) timestamp(timestamp) partition by month wal
dedup upsert keys(timestamp, event_key);
