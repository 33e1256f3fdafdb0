import { css } from '@emotion/css';
import type { DataFrame, GrafanaTheme2, LinkModel } from '@grafana/data';
import { Portal, useStyles2, VizTooltipContainer } from '@grafana/ui';
import React from 'react';
import { durationInWords, glance } from '../shared/words.ts';
import { GlyphIcon } from './glyph.tsx';
import { eventInWords, wasteInWords, type TimeWords } from './model/describe.ts';
import { eventsOf, type LifeEvent, type SegmentKind } from './model/marks.ts';
import { patternStyle } from './model/patterns.ts';
import type { Workspace } from './model/workspace.ts';

export interface TooltipTarget {
  readonly workspace: Workspace;
  /** What is under the pointer or the keyboard. */
  readonly event: LifeEvent | null;
  readonly segment: SegmentKind | null;
  /** In the window. */
  readonly x: number;
  readonly y: number;
}

interface Props {
  readonly target: TooltipTarget;
  readonly color: string;
  readonly time: TimeWords;
  readonly links: readonly LinkModel[];
  /** Held by a click: its links can be clicked. */
  readonly isPinned: boolean;
}

const segmentWords: Readonly<Record<SegmentKind, string>> = {
  waiting: 'Before the first visit',
  visited: 'Between the first and the last visit',
  unvisited: 'Nobody visits it',
  unknown: 'Not known whether it is visited',
};

/** A life in plain words beside the pointer. */
export function LifeTooltip({ target, color, time, links, isPinned }: Props) {
  const styles = useStyles2(stylesOf);
  const { workspace, event, segment } = target;
  const style = patternStyle(workspace.pattern);
  const heading = event ? eventInWords(workspace, event, time) : segment ? segmentWords[segment] : null;
  return (
    <Portal>
      <VizTooltipContainer
        position={{ x: target.x, y: target.y }}
        offset={{ x: 12, y: 12 }}
        allowPointerEvents={isPinned}
        role="tooltip"
        data-testid="life-tooltip"
      >
        <div className={styles.box}>
          <div className={styles.title}>
            <GlyphIcon shape={style.shape} color={color} size={14} />
            {style.label}
            <span className={styles.faint}>{style.words}</span>
          </div>
          {heading !== null && <div className={styles.heading}>{heading}</div>}
          <dl className={styles.facts}>
            {factsOf(workspace, time).map(([name, value]) => (
              <React.Fragment key={name}>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </React.Fragment>
            ))}
          </dl>
          {isPinned &&
            links.map((link) => (
              <a
                key={link.href}
                href={link.href}
                target={link.target}
                rel="noreferrer"
                className={styles.link}
                onClick={link.onClick}
              >
                {link.title}
              </a>
            ))}
          {!isPinned && links.length > 0 && <div className={styles.faint}>Click for links</div>}
        </div>
      </VizTooltipContainer>
    </Portal>
  );
}

function factsOf(workspace: Workspace, time: TimeWords): [string, string][] {
  const { visitBasis, visitDays, unvisitedSeconds, cores, memoryBytes, evictions, instances } = workspace;
  const waste = wasteInWords(workspace);
  const size = [
    cores !== null && `${glance(cores)} cores`,
    memoryBytes !== null && memoryBytes > 0 && `${glance(memoryBytes / 2 ** 30)} GB`,
  ].filter(Boolean);
  const visits =
    visitBasis === 'unknown'
      ? 'not known'
      : visitDays === 0
        ? 'none'
        : `${visitDays.toLocaleString('en')} ${visitDays === 1 ? 'day' : 'days'}${visitBasis === 'cpu' ? ' (by CPU use)' : ''}`;
  const facts: [string, string | null][] = [
    ['Workspace', workspace.id],
    ['User', workspace.user ?? 'unattributed'],
    ['Group', [workspace.department, workspace.role].filter(Boolean).join(', ') || null],
    ...eventsOf(workspace).map((event): [string, string] => {
      const [name = '', ...rest] = splitEvent(eventInWords(workspace, event, time));
      return [name, rest.join(' ')];
    }),
    ['Visits', visits],
    [
      'Unvisited for',
      unvisitedSeconds === null || unvisitedSeconds < 86_400 ? null : durationInWords(unvisitedSeconds),
    ],
    ['Requests', size.join(', ') || null],
    ['Reserved unvisited', (workspace.unvisitedCoreHours ?? 0) > 0 ? waste : null],
    [
      'Instances',
      instances !== null && instances > 1 ? `${String(instances)}, ${String(evictions ?? 0)} evictions` : null,
    ],
    ['Image', workspace.image],
    ['Runtimes', workspace.runtimes],
    ['Past end of life', workspace.endOfLife],
  ];
  return facts.filter((fact): fact is [string, string] => fact[1] !== null);
}

/** `Created 2026-06-11 08:00` → name and value; an ending in words keeps them. */
function splitEvent(words: string): string[] {
  const match = /^(.*?) (\d{4}-\d\d-\d\d.*)$/.exec(words);
  return match ? [match[1] ?? '', match[2] ?? ''] : [words, ''];
}

function stylesOf(theme: GrafanaTheme2) {
  return {
    box: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(0.5), maxWidth: 420 }),
    title: css({
      display: 'flex',
      flexWrap: 'wrap',
      alignItems: 'center',
      gap: theme.spacing(0.75),
      fontWeight: theme.typography.fontWeightMedium,
    }),
    heading: css({ fontWeight: theme.typography.fontWeightMedium, color: theme.colors.text.maxContrast }),
    facts: css({
      display: 'grid',
      gridTemplateColumns: 'max-content 1fr',
      columnGap: theme.spacing(1.5),
      margin: 0,
      dt: { color: theme.colors.text.secondary, fontWeight: 'normal', margin: 0 },
      dd: { margin: 0, overflowWrap: 'anywhere', fontVariantNumeric: 'tabular-nums' },
    }),
    faint: css({ color: theme.colors.text.secondary, fontWeight: 'normal' }),
    link: css({ color: theme.colors.text.link, '&:hover': { textDecoration: 'underline' } }),
  };
}

/** Data links of a row: those of the label column first. */
export function linksOf(frame: DataFrame, row: number, label: string): LinkModel[] {
  return [...frame.fields]
    .sort((a, b) => Number(b.name === label) - Number(a.name === label))
    .flatMap((field) =>
      (field.config.links?.length ?? 0) > 0 ? (field.getLinks?.({ valueRowIndex: row }) ?? []) : [],
    );
}
