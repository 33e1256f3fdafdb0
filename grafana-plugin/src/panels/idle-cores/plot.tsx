import type { GrafanaTheme2 } from '@grafana/data';
import React, { useMemo } from 'react';
import { glance, percent } from '../shared/words.ts';
import { heightTicks, requestedPath, usedBars, yOf, type ChartSize } from './model/chart.ts';
import { cellsOf, coreTicks, xOfCores } from './model/core-axis.ts';
import { activeCores, type RoleHistogram } from './model/histogram.ts';
import { spreadLabels } from './model/labels.ts';
import { weightedPercentile } from './model/percentile.ts';
import { plotMargin } from './role-chart.tsx';

interface Props {
  readonly histogram: RoleHistogram;
  readonly size: ChartSize;
  readonly width: number;
  readonly percentiles: readonly number[];
  readonly today: number | null;
  readonly advised: number | null;
  /** Cores of the candidate; null: as today. */
  readonly candidate: number | null;
  /** Where the handle stands; null: there is none. */
  readonly handle: number | null;
  readonly theme: GrafanaTheme2;
  readonly hatchId: string;
}

export function plotColors(theme: GrafanaTheme2) {
  const color = (dark: string, light: string): string =>
    theme.visualization.getColorByName(theme.isDark ? dark : light);
  return {
    used: color('blue', 'semi-dark-blue'),
    requested: color('orange', '#d95b00'),
    // A request below these hours would have cut them: hatched, so that it needs no colour to be seen.
    cut: color('#f07fae', '#a3154e'),
  };
}

/** Bars of what is used, the outline of what is requested, percentiles, today's request and the candidate's. */
export function Plot(props: Props) {
  const { histogram, size, width, theme, today, candidate, handle, hatchId } = props;
  const { axis, height } = size;
  const colors = plotColors(theme);
  const bars = useMemo(() => usedBars(histogram, size), [histogram, size]);
  const outline = useMemo(() => requestedPath(histogram, size), [histogram, size]);
  const percentiles = useMemo(
    () =>
      spreadLabels(
        props.percentiles.flatMap((share) => {
          const cores = weightedPercentile(histogram.bins, share);
          return cores === null
            ? []
            : [
                {
                  x: xOfCores(axis, cores),
                  text: `P${glance(share * 100)} ${cores < 0.095 ? '< 0.1' : glance(Number(cores.toPrecision(2)))}`,
                },
              ];
        }),
        axis.width,
      ),
    [props.percentiles, histogram, axis],
  );
  const cutFrom = candidate === null ? null : xOfCores(axis, Math.max(candidate, activeCores));
  const text = { fill: theme.colors.text.secondary, fontSize: 11 };
  const handleX = handle === null ? null : xOfCores(axis, handle);
  return (
    <svg
      width={width}
      height={height + plotMargin.top + plotMargin.bottom}
      role="img"
      aria-label={imageWords(histogram)}
    >
      <defs>
        <pattern id={hatchId} width={5} height={5} patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <rect width={5} height={5} fill={colors.cut} fillOpacity={0.35} />
          <rect width={2} height={5} fill={colors.cut} />
        </pattern>
      </defs>
      <g transform={`translate(${String(plotMargin.left)} ${String(plotMargin.top)})`}>
        {heightTicks(size).map((value) => (
          <g key={value}>
            <line x2={axis.width} y1={yOf(size, value)} y2={yOf(size, value)} stroke={theme.colors.border.weak} />
            <text x={-5} y={yOf(size, value)} textAnchor="end" dominantBaseline="central" {...text}>
              {size.measure === 'share' ? percent(value) : glance(value)}
            </text>
          </g>
        ))}
        {bars.map((bar) => (
          <React.Fragment key={bar.bin.from}>
            <rect
              x={bar.x}
              y={bar.y}
              width={bar.width}
              height={bar.height}
              fill={colors.used}
              fillOpacity={cellsOf(bar.bin) > 1 ? 0.55 : 1}
            />
            {cutFrom !== null && bar.x + bar.width > cutFrom && bar.bin.to > activeCores && (
              <rect
                x={Math.max(bar.x, cutFrom)}
                y={bar.y}
                width={bar.x + bar.width - Math.max(bar.x, cutFrom)}
                height={bar.height}
                fill={`url(#${hatchId})`}
              />
            )}
          </React.Fragment>
        ))}
        {outline !== '' && (
          <>
            <path d={outline} fill={colors.requested} fillOpacity={0.12} stroke="none" />
            <path d={outline} fill="none" stroke={colors.requested} strokeWidth={2} strokeLinejoin="round" />
          </>
        )}
        <line x2={axis.width} y1={height} y2={height} stroke={theme.colors.border.strong} />
        {coreTicks(axis).map((cores) => (
          <text key={cores} x={xOfCores(axis, cores)} y={height + 19} textAnchor="middle" {...text}>
            {cores}
          </text>
        ))}
        {percentiles.map(({ x, labelX, text: label }) => (
          <g key={label}>
            <path d={`M${String(x)} -1l-4 -6h8z`} fill={theme.colors.text.primary} />
            <text x={labelX} y={-11} textAnchor="middle" {...text} fill={theme.colors.text.primary}>
              {label}
            </text>
          </g>
        ))}
        {today !== null && (
          <line
            x1={xOfCores(axis, today)}
            x2={xOfCores(axis, today)}
            y2={height}
            stroke={colors.requested}
            strokeWidth={1.5}
            strokeDasharray="4 3"
          />
        )}
        {handleX !== null && (
          <>
            <line
              x1={handleX}
              x2={handleX}
              y1={-2}
              y2={height}
              stroke={theme.colors.text.maxContrast}
              strokeWidth={candidate === null ? 1 : 2}
            />
            <circle
              data-handle
              cx={handleX}
              cy={height}
              r={7}
              fill={candidate === null ? theme.colors.background.primary : theme.colors.primary.main}
              stroke={theme.colors.text.maxContrast}
              strokeWidth={1.5}
            />
            <path
              d={`M${String(handleX - 2)} ${String(height - 2.5)}v5m4 -5v5`}
              stroke={theme.colors.text.maxContrast}
            />
          </>
        )}
      </g>
    </svg>
  );
}

function imageWords(histogram: RoleHistogram): string {
  const half = weightedPercentile(histogram.bins, 0.5);
  const high = weightedPercentile(histogram.bins, 0.95);
  const parts = [
    half !== null && `half of the hours use at most ${glance(half)} cores`,
    high !== null && `95 % at most ${glance(high)}`,
    histogram.idleShare !== null && `${percent(histogram.idleShare)} of what is requested is idle`,
  ].filter(Boolean);
  return `Cores used by ${histogram.title}: ${parts.join(', ')}`;
}
