import { FieldConfigProperty, PanelPlugin } from '@grafana/data';
import { suggestFor } from '../shared/suggest.ts';
import { LifecyclePanel } from './lifecycle-panel.tsx';
import { requiredColumns } from './model/workspace.ts';
import { addOptions, type LifecycleOptions } from './options.ts';

export const plugin = new PanelPlugin<LifecycleOptions>(LifecyclePanel)
  .setNoPadding()
  .useFieldConfig({
    // Cells are drawn, not formatted: of Grafana's field options only links mean something here.
    disableStandardOptions: [
      FieldConfigProperty.Unit,
      FieldConfigProperty.Min,
      FieldConfigProperty.Max,
      FieldConfigProperty.Decimals,
      FieldConfigProperty.Color,
      FieldConfigProperty.Thresholds,
      FieldConfigProperty.Mappings,
      FieldConfigProperty.NoValue,
      FieldConfigProperty.Filterable,
    ],
  })
  .setPanelOptions(addOptions)
  .setSuggestionsSupplier(suggestFor('Container life cycle', requiredColumns));
