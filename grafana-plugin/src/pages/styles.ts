import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';

export function pageStyles(theme: GrafanaTheme2) {
  return {
    page: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(3) }),
    cards: css({
      display: 'grid',
      gap: theme.spacing(2),
      gridTemplateColumns: 'repeat(auto-fit, minmax(min(320px, 100%), 1fr))',
    }),
    tiles: css({
      display: 'grid',
      gap: theme.spacing(2),
      gridTemplateColumns: 'repeat(auto-fit, minmax(min(180px, 100%), 1fr))',
    }),
    bar: css({
      display: 'flex',
      flexWrap: 'wrap',
      gap: theme.spacing(2),
      alignItems: 'center',
      justifyContent: 'space-between',
    }),
    buttons: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(1) }),
    scroll: css({ overflowX: 'auto' }),
  };
}
