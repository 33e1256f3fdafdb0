import { css, cx } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';

export const headerHeight = 26;

export type GridStyles = ReturnType<typeof gridStyles>;

/** Styles of the grid. Columns are laid out by widths in custom properties, so that no line knows them. */
export function gridStyles(theme: GrafanaTheme2) {
  const line = css({
    position: 'absolute',
    top: 0,
    left: 0,
    right: 0,
    display: 'flex',
    alignItems: 'center',
    contain: 'strict',
    '&:hover': { background: theme.colors.action.hover },
  });
  const active = css({
    boxShadow: `inset 0 0 0 2px ${theme.colors.primary.border}`,
    background: theme.colors.action.hover,
  });
  const group = css({
    background: theme.colors.background.secondary,
    fontWeight: theme.typography.fontWeightMedium,
    cursor: 'pointer',
  });
  const cell = css({ overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' });
  return {
    scroller: css({
      position: 'relative',
      flex: 1,
      minHeight: 0,
      overflowX: 'hidden',
      overflowY: 'auto',
      fontSize: theme.typography.bodySmall.fontSize,
      outline: 'none',
      '&:focus-visible': { boxShadow: `inset 0 0 0 2px ${theme.colors.primary.border}` },
    }),
    header: css({
      position: 'sticky',
      top: 0,
      zIndex: 2,
      display: 'flex',
      alignItems: 'center',
      height: headerHeight,
      background: theme.colors.background.primary,
      borderBottom: `1px solid ${theme.colors.border.weak}`,
      color: theme.colors.text.secondary,
    }),
    overlay: css({ position: 'sticky', top: headerHeight, height: 0, zIndex: 1, pointerEvents: 'none' }),
    body: css({ position: 'relative', touchAction: 'pan-y' }),
    row: line,
    activeRow: cx(line, active),
    group: cx(line, group),
    activeGroup: cx(line, group, active),
    label: cx(
      cell,
      css({
        width: 'var(--label-width)',
        flex: 'none',
        display: 'flex',
        alignItems: 'center',
        gap: theme.spacing(0.75),
        paddingLeft: theme.spacing(1),
      }),
    ),
    labelText: cx(cell, css({ minWidth: 0 })),
    life: css({ flex: 1, minWidth: 0, lineHeight: 0, overflow: 'hidden' }),
    figure: cx(
      cell,
      css({
        width: 'var(--figure-width)',
        flex: 'none',
        textAlign: 'right',
        paddingRight: theme.spacing(1),
        fontVariantNumeric: 'tabular-nums',
      }),
    ),
    groupText: css({ fill: theme.colors.text.secondary, fontSize: theme.typography.bodySmall.fontSize }),
    tick: css({ fill: theme.colors.text.secondary, fontSize: theme.typography.bodySmall.fontSize }),
    hiddenText: css({
      position: 'absolute',
      width: 1,
      height: 1,
      overflow: 'hidden',
      clipPath: 'inset(50%)',
      whiteSpace: 'nowrap',
    }),
    nothing: css({ padding: theme.spacing(3), textAlign: 'center', color: theme.colors.text.secondary }),
  };
}
