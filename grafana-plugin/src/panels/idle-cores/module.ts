import { PanelPlugin } from '@grafana/data';
import { suggestFor } from '../shared/suggest.ts';
import { IdleCoresPanel } from './idle-cores-panel.tsx';
import { requiredColumns } from './model/histogram.ts';
import { addOptions, type IdleCoresOptions } from './options.ts';

export const plugin = new PanelPlugin<IdleCoresOptions>(IdleCoresPanel)
  .setNoPadding()
  .setPanelOptions(addOptions)
  .setSuggestionsSupplier(suggestFor('Idle cores', requiredColumns));
