import { css } from '@emotion/css';
import type { DataFrame, GrafanaTheme2, PanelProps } from '@grafana/data';
import { useStyles2, useTheme2 } from '@grafana/ui';
import React, { useEffect, useMemo, useState } from 'react';
import { howComputed } from '../shared/data-state.ts';
import { frameWith } from '../shared/frames.ts';
import { useSize } from '../shared/use-size.ts';
import { durationInWords } from '../shared/words.ts';
import { readAdvice, requiredColumns as adviceColumns } from './model/advice.ts';
import { everybody, rolesOf, withCandidate, type Candidate, type Candidates } from './model/candidates.ts';
import { highestValue } from './model/chart.ts';
import { coreAxis } from './model/core-axis.ts';
import { estimate, pointsOf } from './model/estimate.ts';
import { readHistograms, todayRequest, type RoleHistogram, type TodayRequest } from './model/histogram.ts';
import { multiplesLayout } from './model/layout.ts';
import type { IdleCoresOptions } from './options.ts';
import { plotColors } from './plot.tsx';
import { RoleChart } from './role-chart.tsx';
import { Summary } from './summary.tsx';
import { useWhatIf, type Exact } from './use-what-if.ts';

interface Props extends Pick<PanelProps, 'data' | 'width' | 'height' | 'timeRange' | 'replaceVariables'> {
  readonly frame: DataFrame;
  readonly options: IdleCoresOptions;
}

const noCandidates: Candidates = new Map();
const gap = 12;
/** Memory of a node where no answer has told it yet, GB. */
const usualNodeGb = 256;

/** The histograms of a frame that has some, and the slider over them. */
export function IdleCores({ data, frame, options, width, height, timeRange, replaceVariables }: Props) {
  const styles = useStyles2(stylesOf);
  const [area, size] = useSize();
  const [candidates, setCandidates] = useState<Candidates>(noCandidates);

  const wanted = replaceVariables(options.roles);
  const histograms = useMemo(() => only(readHistograms(frame), wanted), [frame, wanted]);
  const advice = useMemo(() => readAdvice(frameWith(data.series, adviceColumns)), [data.series]);
  // Roles that are gone take their candidates with them.
  useEffect(() => {
    const roles = new Set(histograms.map(roleOf));
    setCandidates((before) =>
      [...before.keys()].every((role) => roles.has(role))
        ? before
        : new Map([...before].filter(([role]) => roles.has(role))),
    );
  }, [histograms]);

  const { state, known } = useWhatIf({
    request: data.request,
    timeRange,
    view: options.view,
    pool: replaceVariables(options.pool),
    candidates,
    isWanted: options.showWhatIf,
  });
  const last = known[known.length - 1] ?? null;
  const guess = useMemo(
    () => estimate(comparable(known, candidates).flatMap(({ answer, candidates: of }) => (answer ? pointsOf(answer, histograms, of) : [])), histograms, candidates), // prettier-ignore
    [known, histograms, candidates],
  );
  const mostGb =
    Math.max(0, ...(last?.answer?.pools.map(({ nodeMemoryGb }) => nodeMemoryGb ?? 0) ?? [])) || usualNodeGb;

  const layout = multiplesLayout({
    width: Math.max(0, size.width - gap),
    height: size.height - gap / 2,
    count: histograms.length,
    columns: options.columns,
    gap,
    leastHeight: options.showWhatIf ? (options.showMemory ? 230 : 205) : 170,
  });
  const axis = useMemo(() => coreAxis(histograms, 100), [histograms]);
  const most = useMemo(() => highestValue(histograms, options.measure), [histograms, options.measure]);

  const today = (histogram: RoleHistogram): TodayRequest | null => {
    const advised = advice.get(roleOf(histogram))?.todayCores ?? null;
    return advised === null ? todayRequest(histogram) : { cores: advised, isMean: false };
  };
  const takeAdvice = (): void => {
    let next = candidates;
    for (const histogram of histograms) {
      const advised = advice.get(roleOf(histogram));
      if (advised && isMovable(histogram))
        next = withCandidate(next, roleOf(histogram), {
          cores: advised.cores,
          memoryGb: next.get(roleOf(histogram))?.memoryGb ?? null,
        });
    }
    setCandidates(next);
  };

  return (
    <div className={styles.panel} style={{ width, height }} data-testid="idle-cores">
      {options.showWhatIf && (
        <Summary
          isNarrow={width < 480}
          state={state}
          estimate={guess}
          last={last}
          baseline={known.find(({ candidates: of }) => of.size === 0) ?? null}
          isChanged={candidates.size > 0}
          rangeWords={durationInWords((timeRange.to.valueOf() - timeRange.from.valueOf()) / 1000)}
          histogramHowComputed={howComputed(frame)}
          hasAdvice={histograms.some((histogram) => advice.has(roleOf(histogram)))}
          onReset={() => setCandidates(noCandidates)}
          onAdvice={takeAdvice}
        />
      )}
      <Key isNarrow={width < 480} isCut={candidates.size > 0} />
      <div ref={area} className={styles.area}>
        <div
          className={styles.multiples}
          style={{ gridTemplateColumns: `repeat(${String(layout.columns)}, ${String(layout.cellWidth)}px)`, gap }}
        >
          {size.width > 0 &&
            histograms.map((histogram) => (
              <RoleChart
                key={histogram.key}
                histogram={histogram}
                width={layout.cellWidth}
                height={layout.cellHeight}
                axis={axis}
                size={{ scale: options.scale, measure: options.measure, most }}
                percentiles={options.percentiles}
                today={today(histogram)}
                advised={advice.get(roleOf(histogram))?.cores ?? null}
                candidate={candidates.get(roleOf(histogram)) ?? null}
                onCandidate={
                  options.showWhatIf && isMovable(histogram)
                    ? (candidate: Candidate) =>
                        setCandidates((before) => withCandidate(before, roleOf(histogram), candidate))
                    : null
                }
                noSlider={
                  options.showWhatIf && !isMovable(histogram)
                    ? 'Small roles together, not all named: cannot be tried'
                    : null
                }
                step={options.step}
                mostGb={mostGb}
                showMemory={options.showMemory}
              />
            ))}
        </div>
      </div>
    </div>
  );
}

/** What the colours and lines mean. */
function Key({ isNarrow, isCut }: { readonly isNarrow: boolean; readonly isCut: boolean }) {
  const styles = useStyles2(stylesOf);
  const theme = useTheme2();
  const colors = plotColors(theme);
  return (
    <div className={styles.key}>
      <span>
        <i style={{ background: colors.used }} /> used
      </span>
      <span>
        <i style={{ border: `2px solid ${colors.requested}` }} /> requested
      </span>
      <span>
        <i style={{ width: 0, borderLeft: `2px dashed ${colors.requested}` }} /> request today
      </span>
      {isCut && (
        <span>
          <i style={{ background: `repeating-linear-gradient(45deg, ${colors.cut} 0 2px, transparent 2px 4px)` }} />{' '}
          above the candidate
        </span>
      )}
      {!isNarrow && <span className={styles.axisName}>container-hours by cores used</span>}
    </div>
  );
}

function roleOf({ role }: RoleHistogram): string {
  return role ?? everybody;
}

function isMovable(histogram: RoleHistogram): boolean {
  return histogram.role === null || rolesOf(histogram.role) !== null;
}

function only(histograms: readonly RoleHistogram[], wanted: string): readonly RoleHistogram[] {
  const names = wanted
    .replace(/^\{|\}$/g, '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '' && name !== 'All' && name !== '$__all');
  if (names.length === 0) return histograms;
  return histograms.filter(({ title, role }) =>
    names.some((name) => title === name || role === name || (role !== null && rolesOf(role)?.includes(name) === true)),
  );
}

/** Answers that differ by cores only: with other memory the line from core-hours to nodes is another one. */
function comparable(known: readonly Exact[], candidates: Candidates): readonly Exact[] {
  const memory = (of: Candidates): string =>
    JSON.stringify([...of].flatMap(([role, { memoryGb }]) => (memoryGb === null ? [] : [[role, memoryGb]])).sort());
  const same = known.filter((exact) => memory(exact.candidates) === memory(candidates));
  return same.length > 0 ? same : known;
}

function stylesOf(theme: GrafanaTheme2) {
  return {
    panel: css({ display: 'flex', flexDirection: 'column' }),
    area: css({ flex: 1, minHeight: 0, overflowX: 'hidden', overflowY: 'auto' }),
    multiples: css({ display: 'grid', paddingLeft: gap / 2 }),
    key: css({
      display: 'flex',
      flexWrap: 'wrap',
      columnGap: theme.spacing(1.5),
      padding: theme.spacing(0.5, 1.5),
      color: theme.colors.text.secondary,
      fontSize: theme.typography.bodySmall.fontSize,
      span: { display: 'inline-flex', alignItems: 'center', gap: theme.spacing(0.5) },
      i: { width: 10, height: 10, flex: 'none' },
    }),
    axisName: css({ marginLeft: 'auto' }),
  };
}
