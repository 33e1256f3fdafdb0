import React, { useMemo, useState } from 'react';
import { PluginPage } from '@grafana/runtime';
import {
  Alert,
  Button,
  EmptyState,
  FilterInput,
  InlineSwitch,
  LoadingPlaceholder,
  Text,
  useStyles2,
} from '@grafana/ui';
import { ProblemAlert } from '../shared/problem-alert.tsx';
import { useAsync } from '../shared/use-async.ts';
import { ask, findDataSource, lastDays, NoDataSource } from './ask.ts';
import { NoSource } from './no-source.tsx';
import { metricRows, summaryOf, worstFirst } from './quality.ts';
import { QualityTable } from './quality-table.tsx';
import { QualityTiles } from './quality-tiles.tsx';
import { pageStyles } from './styles.ts';

async function load() {
  const { quality } = await ask(await findDataSource(), { quality: { view: 'data-quality' } }, lastDays(1));
  if ('error' in quality) throw quality.error;
  return quality.frame;
}

/** What arrives, how fresh and complete it is, and what was refused, over the last 24 hours. */
export function DataQualityPage() {
  const styles = useStyles2(pageStyles);
  const { value: frame, error, isLoading, again } = useAsync(load, []);
  const [wanted, setWanted] = useState('');
  const [onlyProblems, setOnlyProblems] = useState(false);
  const rows = useMemo(() => (frame ? worstFirst(metricRows(frame)) : []), [frame]);
  const shown = useMemo(
    () =>
      rows.filter(
        ({ id, standing }) => id.toLowerCase().includes(wanted.toLowerCase()) && (!onlyProblems || standing !== 'ok'),
      ),
    [rows, wanted, onlyProblems],
  );
  const howComputed = (frame?.meta?.custom as { howComputed?: string } | undefined)?.howComputed;

  return (
    <PluginPage
      subTitle={
        <Text color="secondary">What arrived in the last 24 hours, how complete it is, and what was refused.</Text>
      }
      actions={
        <Button variant="secondary" icon="sync" onClick={again} disabled={isLoading}>
          Refresh
        </Button>
      }
    >
      <div className={styles.page}>
        {error instanceof NoDataSource && <NoSource />}
        {error !== null && !(error instanceof NoDataSource) && <ProblemAlert error={error} onRetry={again} />}
        {isLoading && frame === null && <LoadingPlaceholder text="Looking at the last 24 hours …" />}
        {frame !== null && rows.length === 0 && (
          <EmptyState variant="not-found" message="Nothing has arrived in the last 24 hours">
            <Text color="secondary">
              Point Prometheus’ remote_write at the ingestor (provisioning/prometheus has an example), then look again.
            </Text>
          </EmptyState>
        )}
        {frame !== null && rows.length > 0 && (
          <>
            <QualityTiles summary={summaryOf(rows)} coverage={coverageOf(frame.meta?.custom)} />
            {frame.meta?.notices?.map(({ text }) => (
              <Alert key={text} severity="info" title={text} />
            ))}
            <div className={styles.bar}>
              <FilterInput value={wanted} onChange={setWanted} placeholder="Job or metric" width={40} />
              <InlineSwitch
                id="only-problems"
                label="Only what needs a look"
                showLabel
                value={onlyProblems}
                onChange={({ currentTarget }) => setOnlyProblems(currentTarget.checked)}
              />
            </div>
            {shown.length === 0 ? (
              <EmptyState
                variant={onlyProblems && wanted === '' ? 'completed' : 'not-found'}
                message={onlyProblems && wanted === '' ? 'Everything arrives' : 'No such job or metric'}
              />
            ) : (
              <QualityTable rows={shown} />
            )}
            {howComputed !== undefined && (
              <Text element="p" color="secondary" variant="bodySmall">
                {howComputed}
              </Text>
            )}
          </>
        )}
      </div>
    </PluginPage>
  );
}

function coverageOf(custom: unknown): number | null {
  const { coverage } = (custom ?? {}) as { coverage?: number | null };
  return coverage ?? null;
}
