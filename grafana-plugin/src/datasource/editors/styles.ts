import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';

export function queryEditorStyles(theme: GrafanaTheme2) {
  return {
    editor: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(2), containerType: 'inline-size' }),
    first: css({
      display: 'flex',
      flexWrap: 'wrap',
      gap: theme.spacing(2),
      alignItems: 'flex-start',
      '& > :first-child': { flex: '1 1 320px', maxWidth: 640 },
    }),
    parameters: css({
      display: 'grid',
      gridTemplateColumns: 'repeat(auto-fill, minmax(min(240px, 100%), 1fr))',
      gap: theme.spacing(2),
      // Inputs stand in one line, however long the text above them is.
      '& > *': { display: 'flex', flexDirection: 'column', justifyContent: 'space-between' },
    }),
  };
}
