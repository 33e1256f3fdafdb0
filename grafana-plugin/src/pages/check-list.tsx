import React from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2, IconName } from '@grafana/data';
import { Icon, Text, useStyles2 } from '@grafana/ui';
import type { Check } from './checks.ts';

const icons: Readonly<Record<Check['state'], { name: IconName; label: string }>> = {
  ok: { name: 'check-circle', label: 'in order' },
  warning: { name: 'exclamation-triangle', label: 'needs a look' },
  error: { name: 'times-circle', label: 'missing' },
  unknown: { name: 'question-circle', label: 'could not be checked' },
};

/** What was checked, in the order in which one would mend it. */
export function CheckList({ checks }: { readonly checks: readonly Check[] }) {
  const styles = useStyles2(listStyles);
  const open = checks.filter(({ state }) => state === 'error' || state === 'warning').length;
  const unknown = checks.filter(({ state }) => state === 'unknown').length;
  return (
    <section>
      <Text element="h3">{open === 0 && unknown === 0 ? 'Everything is in order' : said(open, unknown)}</Text>
      <ol className={styles.list}>
        {checks.map(({ title, state, says, todo }) => (
          <li key={title} className={styles.item} data-state={state}>
            <Icon name={icons[state].name} size="xl" className={styles[state]} aria-label={icons[state].label} />
            <div className={styles.text}>
              <Text element="h4" variant="h5">
                {title}
              </Text>
              <Text color="secondary">{says}</Text>
              {todo !== undefined && (
                <span className={styles.todo}>
                  <Icon name="arrow-right" size="sm" /> {todo}
                </span>
              )}
            </div>
          </li>
        ))}
      </ol>
    </section>
  );
}

function said(open: number, unknown: number): string {
  const parts = [
    ...(open > 0 ? [`${open} ${open === 1 ? 'thing is' : 'things are'} still to do`] : []),
    ...(unknown > 0 ? [`${unknown} could not be checked`] : []),
  ];
  return parts.join(', ');
}

function listStyles(theme: GrafanaTheme2) {
  return {
    list: css({ listStyle: 'none', margin: theme.spacing(2, 0, 0), padding: 0, maxWidth: 860 }),
    item: css({
      display: 'flex',
      gap: theme.spacing(2),
      padding: theme.spacing(2),
      marginBottom: theme.spacing(1),
      background: theme.colors.background.secondary,
      borderRadius: theme.shape.radius.default,
    }),
    text: css({
      display: 'flex',
      flexDirection: 'column',
      gap: theme.spacing(0.5),
      minWidth: 0,
      overflowWrap: 'anywhere',
    }),
    todo: css({ color: theme.colors.text.primary, fontWeight: theme.typography.fontWeightMedium }),
    ok: css({ color: theme.colors.success.text }),
    warning: css({ color: theme.colors.warning.text }),
    error: css({ color: theme.colors.error.text }),
    unknown: css({ color: theme.colors.text.disabled }),
  };
}
