import type { PanelProps } from '@grafana/data';
import React, { useMemo } from 'react';
import { dataState } from '../shared/data-state.ts';
import { Notice } from '../shared/notice.tsx';
import { IdleCores } from './idle-cores.tsx';
import { requiredColumns } from './model/histogram.ts';
import { withDefaults, type IdleCoresOptions } from './options.ts';

/** Cores used and requested by role, and what another request would change. Reads views `idle-cores` and, if asked, `right-size`. */
export function IdleCoresPanel(props: PanelProps<IdleCoresOptions>) {
  const { data, width, height } = props;
  const options = useMemo(() => withDefaults(props.options), [props.options]);
  const state = useMemo(() => dataState(data, requiredColumns), [data]);
  const size = { width, height };
  switch (state.type) {
    case 'loading':
      return (
        <Notice {...size} icon="loading" title="Asking for cores used">
          The first answer of a long range takes a few seconds.
        </Notice>
      );
    case 'error':
      return (
        <Notice {...size} icon="exclamation-triangle" title="The histogram could not be read" isError>
          {state.message}
        </Notice>
      );
    case 'none':
      return (
        <Notice {...size} icon="database" title="No view is chosen">
          In the query editor choose the view <code>idle-cores</code> (topic Use), group by role, format Table. A second
          query of <code>right-size</code> adds what is advised.
        </Notice>
      );
    case 'foreign':
      return (
        <Notice {...size} icon="exchange-alt" title="These rows are no histogram of cores">
          Missing: <code>{state.missing.join(', ')}</code>. Choose the view <code>idle-cores</code>, format Table, and
          let no transformation remove or rename its columns.
        </Notice>
      );
    case 'empty':
      return (
        <Notice {...size} icon="calendar-alt" title="No container was covered in this range">
          Choose a longer range or fewer filters. Groups of fewer than five people are not shown.
        </Notice>
      );
    case 'ready':
      return <IdleCores {...props} frame={state.frame} options={options} />;
  }
}
