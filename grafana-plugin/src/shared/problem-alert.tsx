import React from 'react';
import { Alert, Button, Stack, Text } from '@grafana/ui';
import { problemOf } from '../datasource/errors.ts';

/** What went wrong, whose it is and what to do, with a button to try again. */
export function ProblemAlert({ error, onRetry }: { readonly error: unknown; readonly onRetry?: () => void }) {
  const { title, message, advice, whose } = problemOf(error);
  return (
    <Alert severity={whose === 'yours' || whose === 'access' ? 'warning' : 'error'} title={title}>
      <Stack direction="column" gap={1} alignItems="flex-start">
        <Text>{message}</Text>
        <Text color="secondary" variant="bodySmall">
          {advice}
        </Text>
        {onRetry && (
          <Button size="sm" variant="secondary" icon="sync" onClick={onRetry}>
            Try again
          </Button>
        )}
      </Stack>
    </Alert>
  );
}
