import React from 'react';
import type { AppPluginMeta, PluginConfigPageProps } from '@grafana/data';
import { getDataSourceSrv } from '@grafana/runtime';
import { Alert, LinkButton, Stack, Text } from '@grafana/ui';
import { APP_PATH, DATA_SOURCE_ID } from '../ids.ts';

/** Administration → Plugins: the app has no settings of its own; this leads to what has. */
export function AppConfig({ plugin }: PluginConfigPageProps<AppPluginMeta>) {
  const sources = getDataSourceSrv().getList({ pluginId: DATA_SOURCE_ID });
  const [first] = sources;
  return (
    <div style={{ maxWidth: 720 }}>
      <Stack direction="column" gap={2}>
        {!plugin.meta.enabled && (
          <Alert severity="info" title="The app is not enabled">
            Enable it above to see its pages. The data source and the panels work either way.
          </Alert>
        )}
        <Text element="h3">Set-up in three steps</Text>
        <Step number={1} title="Connect the data source" isDone={first !== undefined}>
          <Text color="secondary">
            {first === undefined
              ? 'It holds the address of the ingestor and the token. The app has no other settings.'
              : `${sources.map(({ name }) => name).join(', ')} ${sources.length === 1 ? 'is' : 'are'} set up.`}
          </Text>
          <LinkButton
            size="sm"
            variant={first === undefined ? 'primary' : 'secondary'}
            href={
              first === undefined
                ? `/connections/datasources/${DATA_SOURCE_ID}`
                : `/connections/datasources/edit/${first.uid}`
            }
          >
            {first === undefined ? 'Add the data source' : 'Open its settings'}
          </LinkButton>
        </Step>
        <Step number={2} title="Check what arrives">
          <Text color="secondary">
            Metrics, prices, the directory: what is there, what is missing and what to do next.
          </Text>
          <LinkButton size="sm" variant="secondary" href={`${APP_PATH}/check`}>
            Configuration check
          </LinkButton>
        </Step>
        <Step number={3} title="Open the dashboards">
          <Text color="secondary">Dashboards and alert rules come with the provisioning of sce-voice.</Text>
          <LinkButton size="sm" variant="secondary" href={APP_PATH}>
            Home
          </LinkButton>
        </Step>
      </Stack>
    </div>
  );
}

interface StepProps {
  readonly number: number;
  readonly title: string;
  readonly isDone?: boolean;
  readonly children: React.ReactNode;
}

function Step({ number, title, isDone = false, children }: StepProps) {
  return (
    <Stack direction="column" gap={1} alignItems="flex-start">
      <Text element="h4" variant="h5">
        {number}. {title} {isDone && <Text color="success">✓</Text>}
      </Text>
      {children}
    </Stack>
  );
}
