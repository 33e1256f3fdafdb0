import {
  createTheme,
  EventBusSrv,
  standardEditorsRegistry,
  standardFieldConfigEditorRegistry,
  ThemeContext,
} from '@grafana/data';
import { initPluginTranslations } from '@grafana/i18n';
import {
  config,
  locationService,
  setAppEvents,
  setBackendSrv,
  setDataSourceSrv,
  setEchoSrv,
  setTemplateSrv,
  FakeEchoSrv,
} from '@grafana/runtime';
import { ErrorBoundaryAlert, GlobalStyles, PortalContainer } from '@grafana/ui';
import { setPanelDataErrorView } from 'grafana-internal/panel-data-error-view';
import { setPluginPage } from 'grafana-internal/plugin-page';
import { Router } from 'grafana-internal/router';
import { flushSync } from 'react-dom';
import { createRoot } from 'react-dom/client';
import { CompatRouter } from 'react-router-dom-v5-compat';
import type { HarnessState, MountSpec, RangeSpec } from '../spec.ts';
import { App, AppConfig, Page } from './app.tsx';
import { backend } from './backend.ts';
import { APP, dataSources, setInstalled } from './data-source.ts';
import { DataSourceConfig, Inspector, QueryEditor } from './editors.tsx';
import { observeAnew, observed } from './observed.ts';
import { Panel } from './panel.tsx';
import { toTimeRange } from './query-data.ts';
import { setVariables, templates } from './templates.ts';

// Grafana's own option editors are not in its packages; options are set by the test.
const editors = [
  ...['boolean', 'number', 'slider', 'text', 'select', 'multi-select', 'radio', 'color', 'unit', 'strings'],
  ...['field-name', 'timezone', 'dashboard-uid', 'stats-picker', 'links', 'mappings', 'thresholds', 'fieldColor'],
].map((id) => ({ id, name: id, editor: () => null }));

setBackendSrv(backend);
setDataSourceSrv(dataSources);
setTemplateSrv(templates);
setEchoSrv(new FakeEchoSrv());
setAppEvents(new EventBusSrv());
setPluginPage(Page);
setPanelDataErrorView(({ message, data }) => (
  <p data-testid="data-error">{message ?? (data.series.length === 0 ? 'No data' : 'Data does not fit')}</p>
));
standardEditorsRegistry.setInit(() => editors);
standardFieldConfigEditorRegistry.setInit(() => []);

interface HarnessWindow {
  harness?: {
    mount(spec: MountSpec, range: RangeSpec): void;
    state(): HarnessState;
    setDataSourceInstalled(is: boolean): void;
    navigate(path: string): void;
  };
}

const theme = config.theme2.isLight ? 'light' : 'dark';
const container = document.createElement('div');
document.body.append(container);
const root = createRoot(container);
let mounts = 0;

function content(spec: MountSpec, range: RangeSpec) {
  switch (spec.kind) {
    case 'panel':
      return <Panel spec={spec} range={range} theme={theme} />;
    case 'app':
      return <App />;
    case 'app-config':
      return <AppConfig />;
    case 'datasource-config':
      return <DataSourceConfig spec={spec} />;
    case 'inspector':
      return <Inspector spec={spec} range={toTimeRange(range)} />;
    default:
      return <QueryEditor spec={spec} range={toTimeRange(range)} />;
  }
}

function mount(spec: MountSpec, range: RangeSpec): void {
  setVariables('variables' in spec ? (spec.variables ?? []) : []);
  if (spec.kind === 'app') locationService.push(`/a/${APP}${spec.path}`);
  const isPage = spec.kind === 'app';
  observeAnew();
  const mounted = (
    // A new key: nothing of what was mounted before stays.
    <ThemeContext.Provider key={mounts++} value={createTheme({ colors: { mode: theme } })}>
      <Router history={locationService.getHistory()}>
        <CompatRouter>
          <GlobalStyles />
          <div data-testid="mounted" style={{ padding: isPage ? 0 : 16, overflow: 'auto' }}>
            <ErrorBoundaryAlert>{content(spec, 'range' in spec ? (spec.range ?? range) : range)}</ErrorBoundaryAlert>
          </div>
          <PortalContainer />
        </CompatRouter>
      </Router>
    </ThemeContext.Provider>
  );
  // At once: what a test looks for next must not be found in what was there before.
  flushSync(() => root.render(mounted));
}

await initPluginTranslations('grafana');
(window as HarnessWindow).harness = {
  mount,
  state: observed,
  setDataSourceInstalled: setInstalled,
  navigate: (path) => locationService.push(path),
};
