import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Icon, IconButton, useStyles2, useTheme2 } from '@grafana/ui';
import React, { memo, useId, useRef, useState } from 'react';
import { count, glance, percent } from '../shared/words.ts';
import { BinTooltip } from './bin-tooltip.tsx';
import { binAt, type ChartSize } from './model/chart.ts';
import { coresAt, type CoreAxis } from './model/core-axis.ts';
import type { Candidate } from './model/candidates.ts';
import type { Bin, RoleHistogram, TodayRequest } from './model/histogram.ts';
import { memoryStops, snap } from './model/slider.ts';
import { Plot } from './plot.tsx';

export interface RoleChartProps {
  readonly histogram: RoleHistogram;
  readonly width: number;
  readonly height: number;
  readonly axis: CoreAxis;
  readonly size: Omit<ChartSize, 'axis' | 'height'>;
  readonly percentiles: readonly number[];
  readonly today: TodayRequest | null;
  readonly advised: number | null;
  readonly candidate: Candidate | null;
  /** Null: what is shown here has no slider; the text says why. */
  readonly onCandidate: ((candidate: Candidate) => void) | null;
  readonly noSlider: string | null;
  readonly step: number;
  readonly mostGb: number;
  readonly showMemory: boolean;
}

export const plotMargin = { left: 38, right: 12, top: 22, bottom: 24 } as const;
const headHeight = 40;
const controlHeight = 24;

/** One group: its histogram, and the request as a line that can be dragged. */
export const RoleChart = memo(function RoleChart(props: RoleChartProps) {
  const { histogram, width, height, candidate, onCandidate, step } = props;
  const today = props.today?.cores ?? null;
  const theme = useTheme2();
  const styles = useStyles2(stylesOf);
  const id = useId();
  const plot = useRef<HTMLDivElement | null>(null);
  const slider = useRef<HTMLInputElement | null>(null);
  const [isDragged, setDragged] = useState(false);
  const [hover, setHover] = useState<{ readonly bin: Bin; readonly x: number; readonly y: number } | null>(null);

  const hasMemory = props.showMemory && onCandidate !== null;
  const controls =
    (onCandidate ? controlHeight : 0) + (hasMemory ? controlHeight : 0) + (props.noSlider ? controlHeight : 0);
  const plotHeight = Math.max(30, height - headHeight - controls - plotMargin.top - plotMargin.bottom);
  const axis = { ...props.axis, width: Math.max(20, width - plotMargin.left - plotMargin.right) };
  const { most } = axis;
  const range = { step, most };
  const cores = candidate?.cores ?? null;
  const value = cores ?? today ?? snap(most / 2, range);

  const setCores = (next: number): void => {
    // Today's request is no change.
    onCandidate?.({ cores: next === today ? null : next, memoryGb: candidate?.memoryGb ?? null });
  };
  const at = (event: React.PointerEvent): number =>
    event.clientX - (plot.current?.getBoundingClientRect().left ?? 0) - plotMargin.left;

  const onPointerDown = (event: React.PointerEvent): void => {
    if (!onCandidate || event.button !== 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    event.preventDefault();
    slider.current?.focus({ preventScroll: true });
    setDragged(true);
    setHover(null);
    setCores(snap(coresAt(axis, at(event)), range));
  };
  const onPointerMove = (event: React.PointerEvent): void => {
    const x = at(event);
    if (isDragged) {
      setCores(snap(coresAt(axis, x), range));
      return;
    }
    const bin = binAt(histogram, axis, x);
    setHover(bin && { bin, x: event.clientX, y: event.clientY });
  };

  return (
    <section className={styles.cell} style={{ width, height }} aria-labelledby={`${id}-title`} data-testid="role-chart">
      <header className={styles.head} style={{ height: headHeight }}>
        <h6 id={`${id}-title`} className={styles.title} title={histogram.title}>
          {histogram.title}
        </h6>
        <div className={styles.facts} title={`${factsOf(histogram)} covered by measurements`}>
          {factsOf(histogram)}
        </div>
      </header>
      <div
        ref={plot}
        className={styles.plot}
        style={{ cursor: onCandidate ? (isDragged ? 'grabbing' : 'col-resize') : 'default' }}
        onPointerDown={onPointerDown}
        onPointerMove={onPointerMove}
        onPointerUp={() => setDragged(false)}
        onPointerCancel={() => setDragged(false)}
        onPointerLeave={() => setHover(null)}
        onDoubleClick={() => onCandidate?.({ cores: null, memoryGb: candidate?.memoryGb ?? null })}
      >
        {onCandidate && (
          <input
            ref={slider}
            type="range"
            className={styles.range}
            min={step}
            max={most}
            step={step}
            value={value}
            aria-label={`Request of ${histogram.title}`}
            aria-valuetext={`${coresText(value)}${today === null ? '' : cores === null ? ', as today' : `, today ${coresText(today)}`}`}
            onChange={(event) => setCores(snap(Number(event.target.value), range))}
          />
        )}
        <Plot
          histogram={histogram}
          size={{ ...props.size, axis, height: plotHeight }}
          width={width}
          percentiles={props.percentiles}
          today={today}
          advised={props.advised}
          candidate={cores}
          handle={onCandidate ? value : null}
          theme={theme}
          hatchId={`${id}-hatch`}
        />
      </div>
      {onCandidate && (
        <div className={styles.control}>
          <span className={styles.controlName}>Request</span>
          <b>{coresText(value)}</b>
          <span className={styles.faint}>
            {today === null
              ? 'no request today'
              : cores === null
                ? props.today?.isMean === true
                  ? 'as today, on average'
                  : 'as today'
                : `today ${glance(today)}${props.today?.isMean === true ? ' on average' : ''}`}
          </span>
          {cores !== null && (
            <IconButton
              name="history"
              size="sm"
              tooltip="As today"
              onClick={() => onCandidate({ cores: null, memoryGb: candidate?.memoryGb ?? null })}
            />
          )}
          {props.advised !== null && props.advised !== cores && (
            <button type="button" className={styles.advice} onClick={() => setCores(props.advised ?? value)}>
              advised {glance(props.advised)}
            </button>
          )}
        </div>
      )}
      {hasMemory && (
        <MemorySlider
          title={histogram.title}
          value={candidate?.memoryGb ?? null}
          mostGb={props.mostGb}
          onChange={(memoryGb) => onCandidate({ cores, memoryGb })}
        />
      )}
      {props.noSlider !== null && (
        <div className={styles.control}>
          <Icon name="lock" size="sm" />
          <span className={styles.faint}>{props.noSlider}</span>
        </div>
      )}
      {hover && !isDragged && <BinTooltip histogram={histogram} {...hover} />}
    </section>
  );
});

interface MemoryProps {
  readonly title: string;
  readonly value: number | null;
  readonly mostGb: number;
  readonly onChange: (memoryGb: number | null) => void;
}

function MemorySlider({ title, value, mostGb, onChange }: MemoryProps) {
  const styles = useStyles2(stylesOf);
  const stops = memoryStops(mostGb);
  const index = Math.max(0, stops.indexOf(value));
  const text = value === null ? 'as today' : `${String(value)} GB`;
  return (
    <label className={styles.control}>
      <span className={styles.controlName}>Memory</span>
      <input
        type="range"
        className={styles.memory}
        min={0}
        max={stops.length - 1}
        step={1}
        value={index}
        aria-label={`Memory request of ${title}`}
        aria-valuetext={text}
        onChange={(event) => onChange(stops[Number(event.target.value)] ?? null)}
      />
      <span className={value === null ? styles.faint : undefined}>{text}</span>
    </label>
  );
}

function factsOf({ people, idleShare, underTenthShare, usedHours, isMerged }: RoleHistogram): string {
  return [
    idleShare !== null && `${percent(idleShare)} idle`,
    underTenthShare !== null && `${percent(underTenthShare)} under 0.1 core`,
    people !== null && people > 0 && count(people, 'person', 'people'),
    `${glance(usedHours)} hours`,
    isMerged && 'few people: bins together',
  ]
    .filter(Boolean)
    .join(' · ');
}

function coresText(cores: number): string {
  return `${glance(cores)} ${cores === 1 ? 'core' : 'cores'}`;
}

function stylesOf(theme: GrafanaTheme2) {
  return {
    cell: css({ position: 'relative', display: 'flex', flexDirection: 'column', minWidth: 0, overflow: 'hidden' }),
    head: css({ overflow: 'hidden', paddingLeft: theme.spacing(1) }),
    title: css({
      margin: 0,
      fontSize: theme.typography.body.fontSize,
      overflow: 'hidden',
      textOverflow: 'ellipsis',
      whiteSpace: 'nowrap',
    }),
    facts: css({
      color: theme.colors.text.secondary,
      fontSize: theme.typography.bodySmall.fontSize,
      overflow: 'hidden',
      textOverflow: 'ellipsis',
      whiteSpace: 'nowrap',
    }),
    plot: css({ position: 'relative', touchAction: 'pan-y', lineHeight: 0, userSelect: 'none' }),
    // Semantics and keys of a slider are the browser's; what is seen is the line in the drawing.
    range: css({
      position: 'absolute',
      top: 0,
      left: plotMargin.left,
      width: 1,
      height: 1,
      margin: 0,
      opacity: 0,
      pointerEvents: 'none',
      '&:focus-visible ~ svg [data-handle]': { stroke: theme.colors.primary.border, strokeWidth: 3 },
    }),
    control: css({
      display: 'flex',
      alignItems: 'center',
      gap: theme.spacing(0.75),
      height: controlHeight,
      paddingLeft: theme.spacing(1),
      margin: 0,
      fontSize: theme.typography.bodySmall.fontSize,
      whiteSpace: 'nowrap',
      fontVariantNumeric: 'tabular-nums',
    }),
    controlName: css({ width: 50, color: theme.colors.text.secondary }),
    memory: css({
      flex: 1,
      minWidth: 40,
      maxWidth: 160,
      height: 16,
      margin: 0,
      appearance: 'none',
      background: 'transparent',
      '&::-webkit-slider-runnable-track': { height: 4, borderRadius: 2, background: theme.colors.border.strong },
      '&::-moz-range-track': { height: 4, borderRadius: 2, background: theme.colors.border.strong },
      '&::-webkit-slider-thumb': {
        appearance: 'none',
        width: 14,
        height: 14,
        marginTop: -5,
        border: `1.5px solid ${theme.colors.text.maxContrast}`,
        borderRadius: '50%',
        background: theme.colors.background.primary,
      },
      '&:focus-visible': { outline: `2px solid ${theme.colors.primary.border}`, outlineOffset: 1, borderRadius: 4 },
    }),
    faint: css({ color: theme.colors.text.secondary, overflow: 'hidden', textOverflow: 'ellipsis' }),
    advice: css({
      border: 0,
      padding: 0,
      background: 'none',
      font: 'inherit',
      color: theme.colors.text.link,
      '&:hover': { textDecoration: 'underline' },
    }),
  };
}
