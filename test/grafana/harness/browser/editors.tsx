import {
  type CoreApp,
  type DataQuery,
  type DataSourceApi,
  type DataSourceSettings,
  LoadingState,
  type PanelData,
  type QueryEditorProps,
  type TimeRange,
} from '@grafana/data';
import { Alert, Button } from '@grafana/ui';
import { type ComponentType, useRef, useState } from 'react';
import type { DataSourceConfigSpec, InspectorSpec, QueryEditorSpec } from '../spec.ts';
import { dataSource, dataSourcePlugin, instanceSettings } from './data-source.ts';
import { observe } from './observed.ts';
import { ask, toRequest } from './query-data.ts';
import { useLoaded } from './use-loaded.ts';

/** The query, variable or annotation editor. Running the query asks the data source and shows the answer to the editor. */
export function QueryEditor({ spec, range }: { readonly spec: QueryEditorSpec; readonly range: TimeRange }) {
  const source = useLoaded(dataSource, []);
  const [query, setQuery] = useState<DataQuery>({ refId: 'A', ...spec.query });
  // What runs is what was last changed to, also when both happen at once.
  const latest = useRef(query);
  const runs = useRef(0);
  const [data, setData] = useState<PanelData | undefined>(undefined);
  if (source === null) return null;
  const Editor = editorOf(source, spec.kind);

  const runQuery = async (): Promise<void> => {
    const run = ++runs.current;
    observe({ status: 'loading' });
    const answer = await ask(toRequest([{ ...latest.current }], range));
    // As in Grafana, an answer to what is no longer asked is not shown.
    if (run !== runs.current) return;
    const state = answer.errors?.length ? LoadingState.Error : LoadingState.Done;
    setData({ state, series: answer.data as PanelData['series'], timeRange: range, errors: answer.errors });
    observe({ status: state.toLowerCase(), rows: (answer.data as PanelData['series'])[0]?.length ?? 0 });
  };
  return (
    <>
      <Editor
        datasource={source}
        query={query}
        onChange={(changed) => {
          latest.current = changed;
          setQuery(changed);
          observe({ value: changed });
        }}
        onRunQuery={() => void runQuery()}
        data={data}
        range={range}
        app={(spec.app ?? 'dashboard') as CoreApp}
      />
      {data?.errors?.map((error, index) => (
        <Alert key={index} title="Query error">
          {error.message}
        </Alert>
      ))}
    </>
  );
}

type Editor = ComponentType<QueryEditorProps<DataSourceApi>>;

function editorOf(source: DataSourceApi, kind: QueryEditorSpec['kind']): Editor {
  const found =
    kind === 'variable-editor'
      ? (source.variables as { editor?: unknown } | undefined)?.editor
      : kind === 'annotation-editor'
        ? (source.annotations?.QueryEditor ?? source.components?.QueryEditor)
        : source.components?.QueryEditor;
  if (found === undefined) throw new Error(`the data source has no ${kind}`);
  return found as Editor;
}

/** The config editor with Grafana's *Save & test* below it. */
export function DataSourceConfig({ spec }: { readonly spec: DataSourceConfigSpec }) {
  const plugin = useLoaded(dataSourcePlugin, []);
  const [settings, setSettings] = useState<DataSourceSettings>({
    ...(instanceSettings() as unknown as DataSourceSettings),
    jsonData: {},
    secureJsonFields: {},
    ...spec.settings,
  });
  const [health, setHealth] = useState<{ status: string; message: string } | null>(null);
  const Editor = plugin?.components.ConfigEditor;
  if (Editor === undefined) return null;

  const test = async (): Promise<void> => {
    const source = await dataSource();
    setHealth(
      await (source.testDatasource() as Promise<{ status: string; message: string }>).catch((error: unknown) => ({
        status: 'error',
        message: error instanceof Error ? error.message : String(error),
      })),
    );
  };
  return (
    <>
      <Editor
        options={settings}
        onOptionsChange={(changed) => {
          setSettings(changed);
          observe({ value: changed });
        }}
      />
      <Button onClick={() => void test()}>Save &amp; test</Button>
      {health && (
        <Alert severity={health.status === 'error' ? 'error' : 'success'} title={health.message} data-testid="health" />
      )}
    </>
  );
}

/** What the query inspector shows as *Meta data*. */
export function Inspector({ spec, range }: { readonly spec: InspectorSpec; readonly range: TimeRange }) {
  const loaded = useLoaded(
    async () => ({ source: await dataSource(), answer: await ask(toRequest([spec.query], range)) }),
    [spec, range],
  );
  const View = loaded?.source.components?.MetadataInspector;
  if (loaded === null || View === undefined) return null;
  return <View datasource={loaded.source} data={loaded.answer.data as PanelData['series']} />;
}
