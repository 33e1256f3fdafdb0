import type { DataSourceApi, DataSourceInstanceSettings, DataSourcePlugin, DataSourcePluginMeta } from '@grafana/data';
import type { DataSourceSrv } from '@grafana/runtime';
import { loadPlugin } from './load-plugin.ts';

export const APP = 'scevoice-platform-app';
export const DATA_SOURCE = 'scevoice-platform-datasource';

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- the harness does not know the plugin's own types
export type AnyPlugin = DataSourcePlugin<any, any, any>;

let meta: DataSourcePluginMeta | null = null;

export async function dataSourcePlugin(): Promise<AnyPlugin> {
  const plugin = await loadPlugin<AnyPlugin>(`${APP}/datasource`);
  meta ??= (await (await fetch(`/public/plugins/${APP}/datasource/plugin.json`)).json()) as DataSourcePluginMeta;
  plugin.meta = { ...meta, baseUrl: `public/plugins/${APP}/datasource`, module: '' };
  return plugin;
}

export function instanceSettings(): DataSourceInstanceSettings {
  return {
    id: 1,
    uid: 'scevoice',
    type: DATA_SOURCE,
    name: 'SCE Voice',
    access: 'proxy',
    readOnly: false,
    isDefault: true,
    url: '',
    jsonData: {},
    meta: (meta ?? { id: DATA_SOURCE, info: { logos: { small: '', large: '' } } }) as DataSourcePluginMeta,
  };
}

let instance: DataSourceApi | null = null;

/** The one data source of this Grafana, made as Grafana makes it. */
export async function dataSource(): Promise<DataSourceApi> {
  const plugin = await dataSourcePlugin();
  if (instance === null) {
    // The runtime type of DataSourceClass has only the settings.
    const { DataSourceClass } = plugin as unknown as {
      DataSourceClass: new (settings: DataSourceInstanceSettings) => DataSourceApi;
    };
    instance = new DataSourceClass(instanceSettings());
    instance.components = plugin.components;
    instance.meta = plugin.meta;
  }
  return instance;
}

let installed = true;

/** False: a Grafana in which nobody has set up the data source yet. */
export function setInstalled(is: boolean): void {
  installed = is;
}

const known = new Set(['scevoice', DATA_SOURCE, 'SCE Voice', 'default']);

function refersToOurs(reference: unknown): boolean {
  if (reference === undefined || reference === null) return true;
  if (typeof reference === 'string') return known.has(reference) || reference.startsWith('$');
  const { uid, type } = reference as { uid?: string; type?: string };
  return uid === undefined ? type === DATA_SOURCE : known.has(uid) || uid.startsWith('$');
}

export const dataSources = {
  get: async (reference?: unknown) => {
    if (!installed || !refersToOurs(reference))
      throw new Error(`Datasource ${JSON.stringify(reference)} was not found`);
    return dataSource();
  },
  getInstanceSettings: (reference?: unknown) => (installed && refersToOurs(reference) ? instanceSettings() : undefined),
  getList: (filters?: { type?: string | string[]; pluginId?: string }) => {
    const type = filters?.pluginId ?? filters?.type;
    const matches = type === undefined || (Array.isArray(type) ? type.includes(DATA_SOURCE) : type === DATA_SOURCE);
    return installed && matches ? [instanceSettings()] : [];
  },
  reload: () => undefined,
} as unknown as DataSourceSrv;
