import React, { memo } from 'react';
import { Glyph, GlyphIcon } from './glyph.tsx';
import { figureOf, lifeInWords, type TimeWords } from './model/describe.ts';
import { isAliveOnEndOfLife } from './model/filter.ts';
import { drawLife, type DrawnEvent } from './model/marks.ts';
import { endingOf, patternStyle } from './model/patterns.ts';
import type { Domain } from './model/time-scale.ts';
import type { SortKey } from './model/sort.ts';
import type { Workspace } from './model/workspace.ts';
import type { GridStyles } from './styles.ts';

/** Room on both sides of the axis, so that marks on its edges are not cut. */
export const axisMargin = 10;

export interface RowColors {
  readonly text: string;
  readonly faint: string;
  readonly background: string;
  readonly warning: string;
}

interface Props {
  readonly id: string;
  readonly index: number;
  readonly top: number;
  readonly height: number;
  readonly workspace: Workspace;
  readonly label: string;
  /** No room for more than the label. */
  readonly isNarrow: boolean;
  readonly time: TimeWords;
  /** What the figure at the end says; null: there is no room for one. */
  readonly figureKey: SortKey | null;
  readonly color: string;
  readonly colors: RowColors;
  readonly domain: Domain;
  /** Pixels of the axis, without its margins. */
  readonly axisWidth: number;
  readonly isActive: boolean;
  readonly activeEvent: number | null;
  readonly styles: GridStyles;
}

/** A workspace: its name, its life on the time axis, its figure. Drawn anew only when one of these changes. */
export const LifeRow = memo(function LifeRow(props: Props) {
  const { workspace, color, height, styles, figureKey, isActive } = props;
  const isEndOfLife = !props.isNarrow && isAliveOnEndOfLife(workspace);
  return (
    <div
      id={props.id}
      role="row"
      aria-rowindex={props.index + 2}
      aria-selected={isActive}
      className={isActive ? styles.activeRow : styles.row}
      style={{ transform: `translateY(${String(props.top)}px)`, height }}
    >
      <div role="rowheader" className={styles.label}>
        <GlyphIcon shape={patternStyle(workspace.pattern).shape} color={color} />
        <span className={styles.labelText}>{props.label}</span>
        {isEndOfLife && <EndOfLifeMark color={props.colors.warning} />}
      </div>
      <div role="gridcell" className={styles.life} aria-label={lifeInWords(workspace, props.time)}>
        <Life {...props} />
      </div>
      {figureKey !== null && (
        <div role="gridcell" className={styles.figure}>
          {figureOf(workspace, figureKey)}
        </div>
      )}
    </div>
  );
});

/** Drawn here, for Grafana's icons are fetched one by one: too slow for lines that come and go. */
function EndOfLifeMark({ color }: { readonly color: string }) {
  return (
    <svg width={13} height={12} role="img" aria-label="Past its end of life" style={{ flex: 'none' }}>
      <path d="M6.5 1L12.2 11H0.8Z" fill="none" stroke={color} strokeWidth={1.25} strokeLinejoin="round" />
      <path d="M6.5 4.4v3.2M6.5 9v.6" stroke={color} strokeWidth={1.25} strokeLinecap="round" />
    </svg>
  );
}

function Life({ workspace, domain, axisWidth, height, color, colors, activeEvent }: Props) {
  const life = drawLife(workspace, domain, axisWidth);
  const middle = height / 2;
  const bar = Math.max(5, Math.min(12, Math.round(height * 0.45)));
  const r = Math.max(3, Math.min(5, height / 5));
  return (
    <svg width={axisWidth + 2 * axisMargin} height={height} aria-hidden="true">
      <g transform={`translate(${String(axisMargin)} 0)`}>
        {life.segments.map(({ kind, x, width }) =>
          kind === 'visited' ? (
            <rect key={kind} x={x} y={middle - bar / 2} width={width} height={bar} rx={1.5} fill={color} />
          ) : kind === 'unvisited' ? (
            <rect
              key={kind}
              x={x + 0.5}
              y={middle - bar / 2 + 0.5}
              width={Math.max(0.5, width - 1)}
              height={bar - 1}
              fill={color}
              fillOpacity={0.16}
              stroke={color}
              strokeOpacity={0.7}
            />
          ) : (
            <line
              key={kind}
              x1={x}
              x2={x + width}
              y1={middle}
              y2={middle}
              stroke={color}
              strokeWidth={kind === 'waiting' ? 2 : 1.5}
              strokeDasharray={kind === 'unknown' ? '3 3' : 'none'}
            />
          ),
        )}
        {life.isEarlier && <path d={`M-3 ${String(middle - 3)}l-3.5 3l3.5 3`} fill="none" stroke={colors.faint} />}
        {life.isLater && (
          <path d={`M${String(axisWidth + 3)} ${String(middle - 3)}l3.5 3l-3.5 3`} fill="none" stroke={colors.faint} />
        )}
        {/* prettier-ignore */}
        {life.events.map((event) => (
          <EventMark
            key={event.kind}
            event={event}
            workspace={workspace}
            y={middle}
            r={r}
            bar={bar}
            color={color}
            colors={colors}
          />
        ))}
        {life.events
          .filter(({ index }) => index === activeEvent)
          .map(({ x, index }) => (
            <circle key={index} cx={x} cy={middle} r={r + 3.5} fill="none" stroke={colors.text} strokeWidth={1.5} />
          ))}
      </g>
    </svg>
  );
}

interface MarkProps {
  readonly event: DrawnEvent;
  readonly workspace: Workspace;
  readonly y: number;
  readonly r: number;
  readonly bar: number;
  readonly color: string;
  readonly colors: RowColors;
}

function EventMark({ event, workspace, y, r, bar, color, colors }: MarkProps) {
  const { kind, x } = event;
  switch (kind) {
    case 'created':
      return <rect x={x - 1} y={y - bar / 2 - 2} width={2} height={bar + 4} fill={color} />;
    case 'first-visit':
      return null;
    case 'last-visit':
    case 'only-visit':
      return <circle cx={x} cy={y} r={r * 0.75} fill={colors.background} stroke={color} strokeWidth={1.5} />;
    case 'ended':
      return <Glyph shape={endingOf(workspace.endedBy ?? 'unknown').shape} x={x} y={y} r={r} color={colors.text} halo={colors.background} />; // prettier-ignore
    case 'alive':
      return <path d={`M${String(x)} ${String(y - bar / 2)}l${String(bar * 0.6)} ${String(bar / 2)}l${String(-bar * 0.6)} ${String(bar / 2)}z`} fill={color} />; // prettier-ignore
  }
}
