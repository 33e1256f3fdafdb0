import React from 'react';
import { EmptyState, LinkButton, Text } from '@grafana/ui';
import { DATA_SOURCE_ID } from '../ids.ts';

/** The first step: nothing can be asked without a data source. */
export function NoSource() {
  return (
    <EmptyState
      variant="call-to-action"
      message="Connect Grafana to sce-voice"
      button={
        <LinkButton icon="plus" href={`/connections/datasources/${DATA_SOURCE_ID}`}>
          Add the data source
        </LinkButton>
      }
    >
      <Text color="secondary">
        The data source needs the address of the ingestor and a token that may read. Dashboards and alert rules use it
        as well.
      </Text>
    </EmptyState>
  );
}
