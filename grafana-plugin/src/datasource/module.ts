import { DataSourcePlugin } from '@grafana/data';
import { SceVoiceDataSource } from './datasource.ts';
import { ConfigEditor } from './editors/config-editor.tsx';
import { MetaInspector } from './editors/meta-inspector.tsx';
import { QueryEditor } from './editors/query-editor.tsx';
import { QueryHelp } from './editors/query-help.tsx';
import type { SceVoiceOptions, SceVoiceQuery, SceVoiceSecrets } from './types.ts';

export const plugin = new DataSourcePlugin<SceVoiceDataSource, SceVoiceQuery, SceVoiceOptions, SceVoiceSecrets>(
  SceVoiceDataSource,
)
  .setConfigEditor(ConfigEditor)
  .setQueryEditor(QueryEditor)
  .setQueryEditorHelp(QueryHelp)
  .setMetadataInspector(MetaInspector);
