import { css, cx } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Badge, Button, Icon, Spinner, Toggletip, useStyles2 } from '@grafana/ui';
import React, { type ReactNode } from 'react';
import { glance, percent } from '../shared/words.ts';
import { HowComputed } from './how-computed.tsx';
import { withheldPools, type WhatIfAnswer } from './model/answer.ts';
import type { Estimate } from './model/estimate.ts';
import { money } from './money.ts';
import type { Exact, WhatIfState } from './use-what-if.ts';

interface Props {
  readonly isNarrow: boolean;
  readonly state: WhatIfState;
  readonly estimate: Estimate;
  /** The newest answer for this range, to any candidates: what today costs does not depend on them. */
  readonly last: Exact | null;
  /** The answer to no change: all pools are in it. */
  readonly baseline: Exact | null;
  readonly isChanged: boolean;
  readonly rangeWords: string;
  readonly histogramHowComputed: string | null;
  readonly hasAdvice: boolean;
  readonly onReset: () => void;
  readonly onAdvice: () => void;
}

/** Nodes, money and throttling of the candidate beside those of today, and how sure they are. */
export function Summary(props: Props) {
  const { state, estimate, last, isChanged } = props;
  const styles = useStyles2(stylesOf);
  const exact = state.type === 'exact' ? state.exact : null;
  const answer = exact?.answer ?? null;
  const today = answer ?? last?.answer ?? null;
  const isRefused = exact !== null && answer === null;
  const moneyOf = (value: number): string => money(value, (exact ?? last)?.moneyUnit ?? null, today?.currency ?? null);
  const nodes = answer?.nodesCandidate ?? estimate.nodesCandidate;
  const cost = answer ? answer.costCandidate : estimate.costCandidate;
  const about = exact === null ? '≈ ' : '';
  const absent = state.type === 'asking' ? '…' : '–';
  return (
    <div className={cx(styles.strip, props.isNarrow && styles.narrow)} data-testid="what-if" data-state={state.type}>
      <Figure
        absent={absent}
        name="Nodes"
        hint="Whole nodes that the requests need, packed; mean over the five-minute buckets of the range"
        today={today && glance(today.nodesToday)}
        then={isChanged && !isRefused && nodes !== null ? `${about}${glance(nodes)}` : null}
        change={isChanged && !isRefused && nodes !== null && today ? changeOf(nodes, today.nodesToday) : null}
      />
      <Figure
        absent={absent}
        name={`Cost, ${props.rangeWords}`}
        hint="Packed nodes × hours × price as of the day. Empty without a price"
        today={today && (today.costToday === null ? 'no price' : moneyOf(today.costToday))}
        then={isChanged && !isRefused && cost !== null ? `${about}${moneyOf(cost)}` : null}
        change={
          isChanged && !isRefused && cost !== null && typeof today?.costToday === 'number'
            ? changeOf(cost, today.costToday)
            : null
        }
      />
      <Figure
        absent={absent}
        name="Throttled"
        hint="Share of active container-buckets above the candidate request on a simulated node whose use exceeds what it offers; at most: all above the request"
        today={isChanged ? null : '–'}
        then={isChanged && !isRefused ? throttledText(answer, estimate) : null}
        change={null}
      />
      <Figure
        absent={absent}
        name="Binds"
        hint="What decides how many nodes are needed"
        today={isChanged ? null : (today?.binding ?? '–')}
        then={isChanged && !isRefused ? (answer === null ? '…' : (answer.binding ?? 'differs by pool')) : null}
        change={null}
      />
      <div className={styles.state}>
        <div className={styles.stateLine} role="status">
          <StateWords
            {...props}
            isRefused={isRefused}
            unfit={answer?.unfit ?? 0}
            withheld={answer && props.baseline?.answer ? withheldPools(answer, props.baseline.answer) : []}
          />
        </div>
        <div className={styles.stateLine}>
          {isChanged && (
            <Button size="sm" variant="secondary" fill="outline" icon="history" onClick={props.onReset}>
              As today
            </Button>
          )}
          {props.hasAdvice && (
            <Button
              size="sm"
              variant="secondary"
              fill="outline"
              icon="check"
              onClick={props.onAdvice}
              tooltip="The default request that view right-size advises for each role"
            >
              Advised
            </Button>
          )}
          <Toggletip
            title="How computed"
            content={<HowComputed histogram={props.histogramHowComputed} exact={exact ?? last} />}
            placement="bottom-end"
          >
            <Button size="sm" variant="secondary" fill="text" icon="info-circle" aria-label="How computed" />
          </Toggletip>
        </div>
      </div>
    </div>
  );
}

interface Said {
  readonly isRefused: boolean;
  readonly unfit: number;
  readonly withheld: readonly string[];
}

function StateWords({ state, isChanged, isRefused, unfit, withheld }: Props & Said) {
  const styles = useStyles2(stylesOf);
  switch (state.type) {
    case 'off':
      return <span className={styles.faint}>{state.reason}</span>;
    case 'failed':
      return (
        <span className={styles.failed}>
          <Icon name="exclamation-triangle" /> Not answered: {state.message}
        </span>
      );
    case 'asking':
      return (
        <span className={styles.faint}>
          <Spinner inline size="sm" />{' '}
          {isChanged ? 'Estimated from the histogram; packing nodes…' : 'Packing today’s nodes…'}
        </span>
      );
    case 'exact':
      if (isRefused)
        return (
          <span className={styles.failed}>
            <Icon name="lock" /> Not answered: the change would be about fewer than five people. Move more roles, or one
            with more people.
          </span>
        );
      return (
        <>
          {unfit > 0 && (
            <Badge color="red" icon="exclamation-triangle" text={`${glance(unfit)} containers fit no node`} />
          )}
          {withheld.length > 0 && (
            <span className={styles.failed} title="Fewer than five people would be concerned there">
              <Icon name="lock" /> Without {withheld.join(', ')}: few people
            </span>
          )}
          <span className={styles.faint}>
            {isChanged ? 'Exact: every five minutes packed' : 'Drag a line to try another request'}
          </span>
        </>
      );
  }
}

interface FigureProps {
  readonly name: string;
  readonly hint: string;
  readonly today: string | null;
  readonly then: string | null;
  readonly change: string | null;
  /** Shown in place of figures that are not there (yet). */
  readonly absent: string;
}

function Figure({ name, hint, today, then, change, absent }: FigureProps): ReactNode {
  const styles = useStyles2(stylesOf);
  return (
    <div className={styles.figure} title={hint}>
      <div className={styles.name}>{name}</div>
      <div className={styles.values}>
        {today !== null && <span className={cx(then !== null && styles.before)}>{today}</span>}
        {today !== null && then !== null && <Icon name="arrow-right" size="sm" aria-label="would become" />}
        {then !== null && <span className={styles.then}>{then}</span>}
        {today === null && then === null && <span className={styles.faint}>{absent}</span>}
        {change !== null && <span className={styles.change}>{change}</span>}
      </div>
    </div>
  );
}

function throttledText(answer: WhatIfAnswer | null, estimate: Estimate): string {
  if (!answer)
    return estimate.throttledShareUpper === null ? '…' : `at most ≈ ${percent(estimate.throttledShareUpper)}`;
  if (answer.throttledShare === null) return 'not known';
  const upper = answer.throttledShareUpper;
  const least = percent(answer.throttledShare);
  return upper === null || percent(upper) === least ? least : `${least} (at most ${percent(upper)})`;
}

function changeOf(then: number, today: number): string {
  if (today === 0) return '';
  const change = then / today - 1;
  return Math.abs(change) < 0.0005 ? '±0 %' : `${change > 0 ? '+' : '−'}${percent(Math.abs(change))}`;
}

function stylesOf(theme: GrafanaTheme2) {
  return {
    strip: css({
      display: 'flex',
      flexWrap: 'wrap',
      alignItems: 'stretch',
      columnGap: theme.spacing(3),
      rowGap: theme.spacing(0.5),
      padding: theme.spacing(0.5, 1, 0.75),
      borderBottom: `1px solid ${theme.colors.border.weak}`,
    }),
    narrow: css({
      display: 'grid',
      gridTemplateColumns: '1fr 1fr',
      columnGap: theme.spacing(1),
      '> :last-child': { gridColumn: '1 / -1', alignItems: 'flex-start', margin: 0, minHeight: 0 },
    }),
    figure: css({ minWidth: 92 }),
    name: css({ color: theme.colors.text.secondary, fontSize: theme.typography.bodySmall.fontSize }),
    values: css({
      display: 'flex',
      alignItems: 'baseline',
      flexWrap: 'wrap',
      columnGap: theme.spacing(0.75),
      fontSize: theme.typography.h5.fontSize,
      lineHeight: 1.3,
      fontVariantNumeric: 'tabular-nums',
    }),
    before: css({ color: theme.colors.text.secondary }),
    then: css({ fontWeight: theme.typography.fontWeightMedium, color: theme.colors.text.maxContrast }),
    change: css({ color: theme.colors.text.secondary, fontSize: theme.typography.bodySmall.fontSize }),
    state: css({
      display: 'flex',
      flexDirection: 'column',
      alignItems: 'flex-end',
      justifyContent: 'center',
      gap: theme.spacing(0.25),
      marginLeft: 'auto',
      minHeight: 44,
    }),
    stateLine: css({ display: 'flex', alignItems: 'center', gap: theme.spacing(1), minHeight: 20 }),
    faint: css({ color: theme.colors.text.secondary, fontSize: theme.typography.bodySmall.fontSize }),
    failed: css({ color: theme.colors.warning.text, fontSize: theme.typography.bodySmall.fontSize, maxWidth: '60ch' }),
  };
}
