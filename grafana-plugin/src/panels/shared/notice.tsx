import { css } from '@emotion/css';
import type { GrafanaTheme2, IconName } from '@grafana/data';
import { Icon, Spinner, useStyles2 } from '@grafana/ui';
import React, { type ReactNode } from 'react';

interface Props {
  readonly width: number;
  readonly height: number;
  readonly icon: IconName | 'loading';
  readonly title: string;
  /** What to do next. */
  readonly children: ReactNode;
  readonly isError?: boolean;
}

/** What a panel says when it has nothing to draw: why, and what to do about it. */
export function Notice({ width, height, icon, title, children, isError = false }: Props) {
  const styles = useStyles2(stylesOf);
  return (
    <div className={styles.box} style={{ width, height }} role={isError ? 'alert' : 'status'}>
      {icon === 'loading' ? (
        <Spinner size="lg" />
      ) : (
        <Icon name={icon} size="xxl" className={isError ? styles.error : styles.icon} />
      )}
      <div className={styles.title}>{title}</div>
      <div className={styles.text}>{children}</div>
    </div>
  );
}

function stylesOf(theme: GrafanaTheme2) {
  return {
    box: css({
      display: 'flex',
      flexDirection: 'column',
      alignItems: 'center',
      justifyContent: 'center',
      gap: theme.spacing(1),
      padding: theme.spacing(2),
      textAlign: 'center',
      overflow: 'auto',
    }),
    icon: css({ color: theme.colors.text.secondary }),
    error: css({ color: theme.colors.error.text }),
    title: css({ fontSize: theme.typography.h5.fontSize, fontWeight: theme.typography.fontWeightMedium }),
    text: css({ color: theme.colors.text.secondary, maxWidth: '60ch', code: { whiteSpace: 'nowrap' } }),
  };
}
