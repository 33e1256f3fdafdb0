import React from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Icon, LinkButton, Text, useStyles2 } from '@grafana/ui';
import { boards } from '../boards.ts';
import { APP_PATH } from '../ids.ts';
import type { Figure } from './figures.ts';
import type { FiveQuestion } from './five-questions.ts';

interface Props {
  readonly question: FiveQuestion;
  readonly figure: Figure | null;
  readonly isLoading: boolean;
}

/** One question: its figure, what the dashboards say about it, and the way there. */
export function QuestionCard({ question, figure, isLoading }: Props) {
  const styles = useStyles2(cardStyles, question.hue);
  return (
    <section className={styles.card} aria-label={question.question}>
      <div className={styles.head}>
        <span className={styles.icon}>
          <Icon name={question.icon} size="lg" />
        </span>
        <Text element="h3" variant="h4">
          {question.question}
        </Text>
      </div>
      <div className={styles.figure} aria-live="polite" aria-busy={isLoading}>
        {isLoading ? (
          <span className={styles.waiting} data-testid="waiting" />
        ) : (
          <>
            <span className={styles.value}>{figure?.value ?? '–'}</span>
            <Text color="secondary" variant="bodySmall">
              {figure?.says ?? 'no figure yet'}
            </Text>
          </>
        )}
      </div>
      <p className={styles.says}>{question.says}</p>
      <div className={styles.links}>
        {question.boards.map(({ title, uid }) => (
          <LinkButton key={uid} href={`/d/${uid}`} variant="secondary" size="sm" icon="apps">
            {title}
          </LinkButton>
        ))}
      </div>
    </section>
  );
}

/** Beside the questions: why the figures can be believed, and where to look when they cannot. */
export function TrustCard() {
  const styles = useStyles2(cardStyles, 'text');
  return (
    <section className={styles.card} aria-label="Can it be trusted?">
      <div className={styles.head}>
        <span className={styles.icon}>
          <Icon name="shield" size="lg" />
        </span>
        <Text element="h3" variant="h4">
          Can it be trusted?
        </Text>
      </div>
      <p className={styles.says}>
        A gap in the data is never counted as idle, a small group is never shown alone, and every panel says how its
        numbers were computed: <em>Inspect → Data → Meta data</em>. Here is what arrives, and what is still to be set
        up.
      </p>
      <div className={styles.links}>
        <LinkButton href={`${APP_PATH}/data-quality`} variant="secondary" size="sm" icon="table">
          Data quality
        </LinkButton>
        <LinkButton href={`${APP_PATH}/check`} variant="secondary" size="sm" icon="check-circle">
          Configuration check
        </LinkButton>
        <LinkButton href={`/d/${boards.quality}`} variant="secondary" size="sm" icon="apps">
          Sources and metrics
        </LinkButton>
        <LinkButton href={`/d/${boards.runbooks}`} variant="secondary" size="sm" icon="book">
          Runbooks
        </LinkButton>
      </div>
    </section>
  );
}

function cardStyles(theme: GrafanaTheme2, hue: FiveQuestion['hue'] | 'text') {
  const color = hue === 'text' ? theme.colors.text.secondary : theme.visualization.getColorByName(hue);
  return {
    card: css({
      display: 'flex',
      flexDirection: 'column',
      gap: theme.spacing(1.5),
      padding: theme.spacing(2.5),
      background: theme.colors.background.secondary,
      border: `1px solid ${theme.colors.border.weak}`,
      borderTop: `3px solid ${color}`,
      borderRadius: theme.shape.radius.default,
    }),
    head: css({ display: 'flex', alignItems: 'center', gap: theme.spacing(1.5) }),
    icon: css({
      display: 'inline-flex',
      padding: theme.spacing(1),
      borderRadius: theme.shape.radius.circle,
      color,
      background: theme.colors.emphasize(theme.colors.background.secondary, 0.06),
    }),
    figure: css({ display: 'flex', flexDirection: 'column', minHeight: 64, justifyContent: 'center' }),
    value: css({
      fontSize: 32,
      lineHeight: 1.2,
      fontWeight: theme.typography.fontWeightMedium,
      fontVariantNumeric: 'tabular-nums',
    }),
    waiting: css({
      width: '50%',
      height: 28,
      borderRadius: theme.shape.radius.default,
      background: theme.colors.emphasize(theme.colors.background.secondary, 0.08),
    }),
    says: css({ flex: 1, margin: 0, color: theme.colors.text.secondary }),
    links: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(1) }),
  };
}
