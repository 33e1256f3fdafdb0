import type { Row } from '../../warehouse/warehouse.ts';
import { flag, number, record, records, text, time, type Json } from './json.ts';
import type { ConnectPeople } from './people.ts';

/** Row of `connect_content` without day and hash; null for something without a guid. */
export function contentRow(server: string, item: Json, people: ConnectPeople): Row | null {
  const guid = text(item['guid']);
  if (guid === null) return null;
  return {
    server,
    content_guid: guid,
    content_id: text(item['id']),
    name: people.clean(text(item['name'])),
    title: people.clean(text(item['title'])),
    owner: people.byGuid(text(item['owner_guid']) ?? text(record(item['owner'])?.['guid'])),
    access_type: text(item['access_type']),
    is_locked: flag(item['locked']),
    created_at: time(item['created_time']),
    last_deployed_at: time(item['last_deployed_time']),
    bundle_id: text(item['bundle_id']),
    app_mode: text(item['app_mode']) ?? 'unknown',
    category: text(item['content_category']) ?? '',
    is_parameterized: flag(item['parameterized']),
    r_version: text(item['r_version']),
    python_version: text(item['py_version']),
    quarto_version: text(item['quarto_version']),
    cpu_request_cores: number(item['cpu_request']),
    cpu_limit_cores: number(item['cpu_limit']),
    memory_request_bytes: number(item['memory_request']),
    memory_limit_bytes: number(item['memory_limit']),
    min_processes: number(item['min_processes']),
    cluster: text(item['cluster_name']),
    image: text(item['image_name']),
    runs_as_viewer: flag(item['run_as_current_user']),
    tags: tagsOf(item),
    is_deleted: false,
  };
}

/** Rows of `connect_users`. */
export function userRow(server: string, user: Json, people: ConnectPeople): Row | null {
  const guid = text(user['guid']);
  if (guid === null) return null;
  const active = time(user['active_time']);
  return {
    server,
    account: people.account(guid),
    person: people.byGuid(guid),
    user_role: text(user['user_role']),
    is_locked: flag(user['locked']),
    is_confirmed: flag(user['confirmed']),
    created_at: time(user['created_time']),
    active_on: active === null ? null : new Date(Math.floor(active.getTime() / 86_400_000) * 86_400_000),
    is_deleted: false,
  };
}

function tagsOf(item: Json): string | null {
  const names = records(item['tags']).flatMap((tag) => text(tag['name']) ?? []);
  return names.length === 0 ? null : JSON.stringify(names.sort());
}
