import { EventBusSrv, type PanelData, type PanelPlugin, PluginContextProvider, type PluginMeta } from '@grafana/data';
import { ErrorBoundaryAlert, PanelChrome } from '@grafana/ui';
import { useEffect, useMemo, useState } from 'react';
import type { PanelSpec, RangeSpec } from '../spec.ts';
import { APP } from './data-source.ts';
import { loadPlugin } from './load-plugin.ts';
import { observe, observeRange } from './observed.ts';
import { fieldConfigOf, panelData, toTimeRange, withoutVariables } from './query-data.ts';
import { useLoaded } from './use-loaded.ts';

const folders: Readonly<Record<string, string>> = {
  'scevoice-lifecycle-panel': 'panels/lifecycle',
  'scevoice-idlecores-panel': 'panels/idle-cores',
};

interface Props {
  readonly spec: PanelSpec;
  readonly range: RangeSpec;
  readonly theme: 'light' | 'dark';
}

async function load(pluginId: string): Promise<{ plugin: PanelPlugin; meta: PluginMeta }> {
  const folder = folders[pluginId];
  if (folder === undefined) throw new Error(`the app has no panel "${pluginId}"`);
  const plugin = await loadPlugin<PanelPlugin>(`${APP}/${folder}`);
  const meta = (await (await fetch(`/public/plugins/${APP}/${folder}/plugin.json`)).json()) as PluginMeta;
  return { plugin, meta };
}

/** A panel of the built plugin in Grafana's frame, with data of the test or of the data source. */
export function Panel({ spec, range, theme }: Props) {
  const loaded = useLoaded(() => load(spec.pluginId), [spec.pluginId]);
  if (loaded === null) return null;
  return <LoadedPanel spec={spec} range={range} theme={theme} {...loaded} />;
}

function LoadedPanel({ spec, range, theme, plugin, meta }: Props & { plugin: PanelPlugin; meta: PluginMeta }) {
  const [options, setOptions] = useState<object>({ ...plugin.defaults, ...spec.options });
  const [data, setData] = useState<PanelData | null>(null);
  const [span, setSpan] = useState(range);
  const eventBus = useMemo(() => new EventBusSrv(), []);
  const timeRange = useMemo(() => toTimeRange(span), [span]);

  useEffect(() => {
    let stale = false;
    observe({ status: 'loading' });
    void panelData(spec, timeRange, plugin, theme).then((answer) => {
      if (!stale) setData(answer);
    });
    return () => {
      stale = true;
    };
  }, [spec, timeRange, plugin, theme]);

  useEffect(() => observe({ value: options }), [options]);
  useEffect(() => {
    if (data !== null)
      observe({
        status: data.state.toLowerCase(),
        rows: data.series.reduce((rows, frame) => rows + frame.length, 0),
      });
  }, [data]);

  const View = plugin.panel;
  if (data === null || View === null) return null;
  return (
    <div data-testid="panel" style={{ width: spec.width, height: spec.height }}>
      <PluginContextProvider meta={meta}>
        <PanelChrome
          width={spec.width}
          height={spec.height}
          title={spec.title ?? meta.name}
          padding={plugin.noPadding ? 'none' : 'md'}
          loadingState={data.state}
          statusMessage={data.error?.message}
        >
          {(width, height) => (
            <ErrorBoundaryAlert>
              <View
                id={1}
                data={data}
                timeRange={timeRange}
                timeZone={spec.timeZone ?? 'utc'}
                options={options}
                transparent={false}
                width={width}
                height={height}
                fieldConfig={fieldConfigOf(spec)}
                renderCounter={0}
                title={spec.title ?? meta.name}
                eventBus={eventBus}
                onOptionsChange={setOptions}
                onFieldConfigChange={() => undefined}
                replaceVariables={withoutVariables}
                onChangeTimeRange={({ from, to }) => {
                  observeRange({ from, to });
                  setSpan({ from, to });
                }}
              />
            </ErrorBoundaryAlert>
          )}
        </PanelChrome>
      </PluginContextProvider>
    </div>
  );
}
