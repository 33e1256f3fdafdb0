import { dateTimeFormat } from '@grafana/data';
import { useStyles2, useTheme2 } from '@grafana/ui';
import React, { memo, useMemo } from 'react';
import { calendarOf, tickFormats } from './calendar.ts';
import { axisMargin } from './life-row.tsx';
import { timeTicks, type Tick } from './model/time-ticks.ts';
import { xOf, type Domain } from './model/time-scale.ts';
import { gridStyles, headerHeight } from './styles.ts';

interface AxisProps {
  readonly domain: Domain;
  readonly width: number;
  readonly timeZone: string;
}

/** The dates above the lines. */
export const AxisHeader = memo(function AxisHeader({ domain, width, timeZone }: AxisProps) {
  const styles = useStyles2(gridStyles);
  const ticks = useTicks(domain, width, timeZone);
  return (
    <svg width={width + 2 * axisMargin} height={headerHeight} aria-hidden="true">
      {ticks.map((tick) => {
        const x = axisMargin + xOf(domain, width, tick.time);
        // A label never leaves the axis.
        const anchor = x < 30 ? 'start' : x > width - 20 ? 'end' : 'middle';
        return (
          <text key={tick.time} x={x} y={headerHeight - 9} textAnchor={anchor} className={styles.tick}>
            {labelOf(tick, timeZone)}
          </text>
        );
      })}
    </svg>
  );
});

interface OverlayProps extends AxisProps {
  readonly height: number;
  readonly left: number;
  readonly asOf: number;
  readonly selection: { readonly from: number; readonly to: number } | null;
}

/** Grid lines, the end of what is known, and the range that is being selected. */
export const AxisOverlay = memo(function AxisOverlay({
  domain,
  width,
  height,
  left,
  timeZone,
  asOf,
  selection,
}: OverlayProps) {
  const theme = useTheme2();
  const ticks = useTicks(domain, width, timeZone);
  const now = xOf(domain, width, asOf);
  return (
    <svg width={width + 2 * axisMargin} height={height} style={{ position: 'absolute', left }}>
      <g transform={`translate(${String(axisMargin)} 0)`}>
        {ticks.map(({ time }) => (
          <line
            key={time}
            x1={xOf(domain, width, time)}
            x2={xOf(domain, width, time)}
            y2={height}
            stroke={theme.colors.border.weak}
          />
        ))}
        {now > 0 && now < width && (
          <line x1={now} x2={now} y2={height} stroke={theme.colors.text.secondary} strokeDasharray="2 3" />
        )}
        {selection && (
          <rect
            x={Math.min(selection.from, selection.to)}
            width={Math.abs(selection.to - selection.from)}
            height={height}
            fill={theme.colors.primary.transparent}
            stroke={theme.colors.primary.border}
          />
        )}
      </g>
    </svg>
  );
});

function useTicks(domain: Domain, width: number, timeZone: string): readonly Tick[] {
  return useMemo(() => timeTicks(domain, width, calendarOf(timeZone)), [domain, width, timeZone]);
}

function labelOf({ time, unit }: Tick, timeZone: string): string {
  const isMidnight = unit === 'hour' && dateTimeFormat(time, { timeZone, format: 'HH:mm' }) === '00:00';
  return dateTimeFormat(time, { timeZone, format: tickFormats[isMidnight ? 'day' : unit] });
}
