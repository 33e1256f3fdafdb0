import React from 'react';
import { PluginPage } from '@grafana/runtime';
import { Button, LinkButton, LoadingPlaceholder, Text, useStyles2 } from '@grafana/ui';
import { APP_PATH } from '../ids.ts';
import { ProblemAlert } from '../shared/problem-alert.tsx';
import { useAsync } from '../shared/use-async.ts';
import { ask, findDataSource, lastDays, NoDataSource } from './ask.ts';
import { CheckList } from './check-list.tsx';
import { checksOf, type Findings } from './checks.ts';
import { NoSource } from './no-source.tsx';
import { pageStyles } from './styles.ts';

async function load(): Promise<{ found: Findings; settings: string }> {
  const source = await findDataSource();
  const caught = (error: unknown): { error: unknown } => ({ error });
  const [health, catalog, departments, day, month] = await Promise.all([
    source.callHealthCheck().catch(caught),
    source.catalog().catch(caught),
    source.values('department', 'user-activity').catch(caught),
    ask(source, { quality: { view: 'data-quality' } }, lastDays(1)),
    ask(source, { cost: { view: 'cost' }, carbon: { view: 'carbon' } }, lastDays(30)),
  ]);
  return {
    found: { health, catalog, departments, ...day, ...month },
    settings: `/connections/datasources/edit/${source.uid}`,
  };
}

/** Whether everything the views need is there, and what to do about what is not. */
export function CheckPage() {
  const styles = useStyles2(pageStyles);
  const { value, error, isLoading, again } = useAsync(load, []);
  return (
    <PluginPage
      subTitle={
        <Text color="secondary">From the connection to the data: what works, what is missing, what to do next.</Text>
      }
      actions={
        <Button variant="secondary" icon="sync" onClick={again} disabled={isLoading}>
          Check again
        </Button>
      }
    >
      <div className={styles.page}>
        {error instanceof NoDataSource && <NoSource />}
        {error !== null && !(error instanceof NoDataSource) && <ProblemAlert error={error} onRetry={again} />}
        {value === null && isLoading && <LoadingPlaceholder text="Asking the ingestor …" />}
        {value !== null && (
          <>
            <CheckList checks={checksOf(value.found)} />
            <div className={styles.buttons}>
              <LinkButton variant="secondary" href={value.settings} icon="database">
                Settings of the data source
              </LinkButton>
              <LinkButton variant="secondary" href={`${APP_PATH}/data-quality`} icon="table">
                Every metric: data quality
              </LinkButton>
            </div>
          </>
        )}
      </div>
    </PluginPage>
  );
}
