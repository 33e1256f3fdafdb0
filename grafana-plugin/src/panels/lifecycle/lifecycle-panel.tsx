import type { PanelProps } from '@grafana/data';
import React, { useMemo } from 'react';
import { dataState } from '../shared/data-state.ts';
import { Notice } from '../shared/notice.tsx';
import { requiredColumns } from './model/workspace.ts';
import { Lifecycle } from './lifecycle.tsx';
import { withDefaults, type LifecycleOptions } from './options.ts';

/** One line per workspace: created, visited, ended and by whom. Reads view `container-lifecycle`. */
export function LifecyclePanel(props: PanelProps<LifecycleOptions>) {
  const { data, width, height } = props;
  const options = useMemo(() => withDefaults(props.options), [props.options]);
  const state = useMemo(() => dataState(data, requiredColumns), [data]);
  const size = { width, height };
  switch (state.type) {
    case 'loading':
      return (
        <Notice {...size} icon="loading" title="Asking for workspaces">
          A year of a large platform takes a few seconds.
        </Notice>
      );
    case 'error':
      return (
        <Notice {...size} icon="exclamation-triangle" title="The workspaces could not be read" isError>
          {state.message}
        </Notice>
      );
    case 'none':
      return (
        <Notice {...size} icon="database" title="No view is chosen">
          In the query editor choose the view <code>container-lifecycle</code> (topic Life cycle), format Table.
        </Notice>
      );
    case 'foreign':
      return (
        <Notice {...size} icon="exchange-alt" title="These rows are no life cycles">
          Missing: <code>{state.missing.join(', ')}</code>. Choose the view <code>container-lifecycle</code>, format
          Table, and let no transformation remove or rename its columns.
        </Notice>
      );
    case 'empty':
      return (
        <Notice {...size} icon="calendar-alt" title="No workspace was alive in this range">
          Choose a longer range, or remove filters of the query (pattern, state, cluster, kind). Whoever may see only
          their own workspaces sees none when they had none.
        </Notice>
      );
    case 'ready':
      return <Lifecycle {...props} frame={state.frame} options={options} />;
  }
}
