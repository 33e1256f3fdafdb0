import type { PanelOptionsEditorBuilder, SelectFieldConfigSettings } from '@grafana/data';
import { choices } from '../shared/choices.ts';
import type { HeightScale, Measure } from './model/chart.ts';

/** Saved in dashboards: names are not changed, new ones get a default here. */
export interface IdleCoresOptions {
  /** Only these roles (or groups), separated by commas; variables are filled in; empty: all. */
  readonly roles: string;
  readonly measure: Measure;
  readonly scale: HeightScale;
  readonly percentiles: readonly number[];
  readonly columns: number;
  readonly showWhatIf: boolean;
  /** View that the slider asks. */
  readonly view: string;
  readonly pool: string;
  /** Cores. */
  readonly step: number;
  readonly showMemory: boolean;
}

export const defaultOptions: IdleCoresOptions = {
  roles: '',
  measure: 'share',
  scale: 'linear',
  percentiles: [0.5, 0.95],
  columns: 0,
  showWhatIf: true,
  view: 'what-if',
  pool: '',
  step: 1,
  showMemory: true,
};

/** Options of a dashboard made by any version: what is missing or senseless takes its default. */
export function withDefaults(options: Partial<IdleCoresOptions> | undefined): IdleCoresOptions {
  const all = { ...defaultOptions, ...options };
  return {
    ...all,
    step: Number.isFinite(all.step) && all.step > 0 ? all.step : defaultOptions.step,
    view: all.view === '' ? defaultOptions.view : all.view,
    percentiles: Array.isArray(all.percentiles) ? all.percentiles : defaultOptions.percentiles,
  };
}

const slider = ['What if'];

export function addOptions(builder: PanelOptionsEditorBuilder<IdleCoresOptions>): void {
  builder
    .addTextInput({
      path: 'roles',
      name: 'Roles',
      description:
        'Only these, separated by commas, such as Analyst, Statistician or $role. Empty: every group of the query.',
      defaultValue: defaultOptions.roles,
    })
    .addRadio({
      path: 'measure',
      name: 'Height',
      description:
        'Share of the group’s container-hours, so that small groups compare with large ones, or the hours themselves.',
      defaultValue: defaultOptions.measure,
      settings: choices({ share: 'Share', hours: 'Hours' }),
    })
    .addRadio({
      path: 'scale',
      name: 'Scale',
      description: 'The square root shows small shares beside the one of idle containers.',
      defaultValue: defaultOptions.scale,
      settings: choices({ linear: 'Linear', sqrt: 'Square root' }),
    })
    .addMultiSelect<number, SelectFieldConfigSettings<number>>({
      path: 'percentiles',
      name: 'Percentiles',
      description: 'Cores that hold this share of the covered container-hours.',
      // Grafana's type knows the default of one choice; the editor takes a list.
      defaultValue: [...defaultOptions.percentiles] as unknown as number,
      settings: { options: [0.5, 0.75, 0.9, 0.95, 0.99].map((value) => ({ value, label: `P${String(value * 100)}` })) },
    })
    .addSliderInput({
      path: 'columns',
      name: 'Columns',
      description: '0: as many as fit.',
      defaultValue: defaultOptions.columns,
      settings: { min: 0, max: 6, step: 1 },
    })
    .addBooleanSwitch({
      path: 'showWhatIf',
      name: 'Slider',
      description: 'Lets viewers drag the request and asks the data source of this panel what that would change.',
      defaultValue: defaultOptions.showWhatIf,
      category: slider,
    })
    .addTextInput({
      path: 'view',
      name: 'View',
      description: 'The view the slider asks; it takes candidates and gives nodes, money and throttling.',
      defaultValue: defaultOptions.view,
      category: slider,
      showIf: ({ showWhatIf }) => showWhatIf,
    })
    .addTextInput({
      path: 'pool',
      name: 'Node pool',
      description: 'Only this pool (node type). Empty: all pools together.',
      defaultValue: defaultOptions.pool,
      category: slider,
      showIf: ({ showWhatIf }) => showWhatIf,
    })
    .addNumberInput({
      path: 'step',
      name: 'Step',
      description: 'Cores between two values of the slider.',
      defaultValue: defaultOptions.step,
      settings: { min: 0.1, max: 16, step: 0.1 },
      category: slider,
      showIf: ({ showWhatIf }) => showWhatIf,
    })
    .addBooleanSwitch({
      path: 'showMemory',
      name: 'Memory',
      description: 'A second slider for memory: it decides the number of nodes once cores do not.',
      defaultValue: defaultOptions.showMemory,
      category: slider,
      showIf: ({ showWhatIf }) => showWhatIf,
    });
}
