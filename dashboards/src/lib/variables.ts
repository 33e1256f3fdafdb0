import {
  CustomVariableBuilder,
  DatasourceVariableBuilder,
  QueryVariableBuilder,
  VariableRefresh,
  VariableSort,
} from '@grafana/grafana-foundation-sdk/dashboard';
import type { VariableModel } from '@grafana/grafana-foundation-sdk/dashboard';
import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import { checkParams, viewOf } from './catalog.ts';
import { dataSourceType } from './query.ts';

/** A variable, and the value that stands for it where there are none (public dashboards). */
export interface Variable {
  readonly name: string;
  readonly fallback: string;
  build(): Builder<VariableModel>;
}

export const dataSourceVariable: Variable = {
  name: 'datasource',
  fallback: '',
  build: () => new DatasourceVariableBuilder('datasource').label('Data source').type(dataSourceType),
};

/** The query of a variable whose values the warehouse offers: the one place that knows its model. */
function valuesQuery(parameter: string, view: string) {
  return { refId: `values-${parameter}`, values: parameter, view };
}

/** One value of a view's parameter, or all of them; all to begin with unless `value` is given. */
export function valuesOf(
  parameter: string,
  options: {
    readonly label: string;
    readonly view: string;
    readonly name?: string;
    readonly says?: string;
    readonly value?: string;
  },
): Variable {
  const { label, view, name = parameter, says, value = '' } = options;
  checkParams(view, { [parameter]: '' });
  viewOf(view);
  return {
    name,
    fallback: value,
    build: () => {
      const variable = new QueryVariableBuilder(name)
        .label(label)
        .query(valuesQuery(parameter, view))
        .datasource({ type: dataSourceType, uid: '${datasource}' })
        .includeAll(true)
        // What the ingestor reads as "not given"; without it Grafana would send the list of all values.
        .allValue('All')
        .current(value === '' ? { text: 'All', value: '$__all' } : { text: value, value })
        .refresh(VariableRefresh.OnTimeRangeChanged)
        .sort(VariableSort.NaturalAsc);
      return says === undefined ? variable : variable.description(says);
    },
  };
}

/** One of a few fixed values, the first being the default. */
export function choiceOf(
  name: string,
  options: { readonly label: string; readonly values: Readonly<Record<string, string>>; readonly says?: string },
): Variable {
  const { label, values, says } = options;
  const [[text, value] = ['', '']] = Object.entries(values);
  return {
    name,
    fallback: value,
    build: () => {
      const variable = new CustomVariableBuilder(name)
        .label(label)
        .values(
          Object.entries(values)
            .map(([each, of]) => `${each} : ${of}`)
            .join(','),
        )
        .current({ text, value });
      return says === undefined ? variable : variable.description(says);
    },
  };
}

export const department = valuesOf('department', { label: 'Department', view: 'idle-cores' });
export const role = valuesOf('role', { label: 'Role', view: 'idle-cores' });
export const kind = valuesOf('kind', { label: 'Kind', view: 'idle-cores' });
/** For what only workspaces of people can answer; batch jobs and services would drown them. */
export const interactiveKind = valuesOf('kind', { label: 'Kind', view: 'idle-cores', value: 'interactive' });
export const cluster = valuesOf('cluster', { label: 'Cluster', view: 'idle-cores' });
export const runtime = choiceOf('runtime', {
  label: 'Runtime',
  values: { R: 'r', Python: 'python', Quarto: 'quarto' },
});
