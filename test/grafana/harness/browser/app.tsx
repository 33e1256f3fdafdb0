import { type AppPlugin, type AppPluginMeta, PluginContextProvider } from '@grafana/data';
import { locationService, type PluginPageProps } from '@grafana/runtime';
import { Text, useTheme2 } from '@grafana/ui';
import { Route, Routes } from 'react-router-dom-v5-compat';
import { APP } from './data-source.ts';
import { loadPlugin } from './load-plugin.ts';
import { useLoaded } from './use-loaded.ts';

async function load(): Promise<{ plugin: AppPlugin; meta: AppPluginMeta }> {
  const plugin = await loadPlugin<AppPlugin>(APP);
  const meta = (await (await fetch(`/public/plugins/${APP}/plugin.json`)).json()) as AppPluginMeta;
  return { plugin, meta: { ...meta, enabled: true, jsonData: {}, baseUrl: `public/plugins/${APP}` } };
}

/** The app's root page under the path that Grafana gives it. */
export function App() {
  const loaded = useLoaded(load, []);
  if (loaded === null) return null;
  const Root = loaded.plugin.root;
  if (Root === undefined) throw new Error('the app has no root page');
  const { pathname } = locationService.getLocation();
  return (
    <PluginContextProvider meta={loaded.meta}>
      <Routes>
        <Route
          path={`/a/${APP}/*`}
          element={
            <Root meta={loaded.meta} basename={`/a/${APP}`} path={pathname} query={{}} onNavChanged={() => undefined} />
          }
        />
        <Route path="*" element={<Text>elsewhere: {pathname}</Text>} />
      </Routes>
    </PluginContextProvider>
  );
}

/** The app's page under *Administration → Plugins*. */
export function AppConfig() {
  const loaded = useLoaded(load, []);
  if (loaded === null) return null;
  const page = loaded.plugin.configPages?.[0];
  if (page === undefined) throw new Error('the app has no configuration page');
  const Body = page.body;
  return (
    <PluginContextProvider meta={loaded.meta}>
      <Body plugin={loaded.plugin} query={{}} />
    </PluginContextProvider>
  );
}

/** Stands in for Grafana's own page layout: heading, sub title, actions, content. */
export function Page({ pageNav, subTitle, actions, info, children }: PluginPageProps) {
  const theme = useTheme2();
  const subtitle = subTitle ?? pageNav?.subTitle ?? undefined;
  return (
    <main style={{ padding: theme.spacing(2, 4), background: theme.colors.background.primary, minHeight: '100vh' }}>
      <header style={{ display: 'flex', justifyContent: 'space-between', flexWrap: 'wrap', gap: theme.spacing(2) }}>
        <Text element="h1">{pageNav?.text ?? 'SCE Voice'}</Text>
        <div>{actions}</div>
      </header>
      {subtitle !== undefined && <Text color="secondary">{subtitle}</Text>}
      {info?.map(({ label, value }) => (
        <span key={label}>
          {label}: {value}
        </span>
      ))}
      <div style={{ marginTop: theme.spacing(2) }}>{children}</div>
    </main>
  );
}
