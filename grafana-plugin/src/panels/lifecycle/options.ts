import type { PanelOptionsEditorBuilder } from '@grafana/data';
import { choices } from '../shared/choices.ts';
import { sortKeys, sortLabels, type SortKey } from './model/sort.ts';
import type { Grouping } from './model/items.ts';

export type LabelColumn = 'user' | 'workspace' | 'image' | 'role' | 'department';
export type ColorBy = 'pattern' | 'ended-by' | 'department' | 'role';

/** Saved in dashboards: names are not changed, new ones get a default here. */
export interface LifecycleOptions {
  readonly label: LabelColumn;
  readonly grouping: Grouping;
  readonly colorBy: ColorBy;
  readonly rowHeight: number;
  readonly sort: SortKey;
  readonly descending: boolean;
  readonly axis: 'range' | 'life';
  readonly showToolbar: boolean;
}

export const defaultOptions: LifecycleOptions = {
  label: 'user',
  grouping: 'none',
  colorBy: 'pattern',
  rowHeight: 22,
  sort: 'waste',
  descending: true,
  axis: 'range',
  showToolbar: true,
};

/** Options of a dashboard made by any version: what is missing or not known takes its default. */
export function withDefaults(options: Partial<LifecycleOptions> | undefined): LifecycleOptions {
  const all = { ...defaultOptions, ...options };
  return {
    ...all,
    rowHeight: Number.isFinite(all.rowHeight) ? Math.min(60, Math.max(14, all.rowHeight)) : defaultOptions.rowHeight,
    sort: (sortKeys as readonly string[]).includes(all.sort) ? all.sort : defaultOptions.sort,
  };
}

export function addOptions(builder: PanelOptionsEditorBuilder<LifecycleOptions>): void {
  builder
    .addSelect({
      path: 'label',
      name: 'Label',
      description:
        'What names a line. Data links of this column are what Enter or a click opens (field tab, Data links).',
      defaultValue: defaultOptions.label,
      settings: choices({
        user: 'User',
        workspace: 'Workspace',
        image: 'Image',
        role: 'Role',
        department: 'Department',
      }),
    })
    .addSelect({
      path: 'grouping',
      name: 'Group by',
      description: 'Lines under headings that can be closed, the group with the most idle hours on top.',
      defaultValue: defaultOptions.grouping,
      settings: choices({
        none: 'No grouping',
        department: 'Department',
        role: 'Role',
        pattern: 'Pattern',
        user: 'User',
        kind: 'Kind',
        image: 'Image',
      }),
    })
    .addSelect({
      path: 'sort',
      name: 'Sort by',
      description:
        'The order to begin with; viewers may choose another one. The figure at the end of a line follows it.',
      defaultValue: defaultOptions.sort,
      settings: choices(sortLabels),
    })
    .addBooleanSwitch({
      path: 'descending',
      name: 'Largest first',
      description: 'Off: smallest (or oldest) first. What has no value comes last either way.',
      defaultValue: defaultOptions.descending,
    })
    .addSelect({
      path: 'colorBy',
      name: 'Colour by',
      description: 'Patterns keep their shapes whatever the colours say.',
      defaultValue: defaultOptions.colorBy,
      settings: choices({ pattern: 'Pattern', 'ended-by': 'Ended by', department: 'Department', role: 'Role' }),
    })
    .addSliderInput({
      path: 'rowHeight',
      name: 'Row height',
      description: 'Pixels. Small ones show more lines at once.',
      defaultValue: defaultOptions.rowHeight,
      settings: { min: 14, max: 48, step: 2 },
    })
    .addRadio({
      path: 'axis',
      name: 'Time axis',
      description: 'The range of the dashboard, or from the first creation to the last end.',
      defaultValue: defaultOptions.axis,
      settings: choices({ range: 'Dashboard range', life: 'Whole life' }),
    })
    .addBooleanSwitch({
      path: 'showToolbar',
      name: 'Legend and filters',
      description: 'Patterns with their counts, search, order. Off for small panels and public screens.',
      defaultValue: defaultOptions.showToolbar,
    });
}
