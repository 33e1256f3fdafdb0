import React from 'react';
import type { QueryEditorHelpProps } from '@grafana/data';
import { Card, Stack, Text } from '@grafana/ui';
import type { SceVoiceQuery } from '../types.ts';

const examples: { title: string; says: string; query: Omit<SceVoiceQuery, 'refId'> }[] = [
  {
    title: 'How much of what is requested lies idle, by role?',
    says: 'One row per role: requested, used and idle core-hours',
    query: { view: 'idle-cores-summary', params: { group_by: ['role'] }, format: 'table' },
  },
  {
    title: 'What does each department cost, week by week?',
    says: 'A series per department',
    query: {
      view: 'cost',
      params: { group_by: ['department'], period: 'week' },
      columns: ['period_start', 'department', 'cost'],
      format: 'time_series',
    },
  },
  {
    title: 'How many people use the platform?',
    says: 'Active over 1, 7 and 28 days, by week',
    query: { view: 'user-activity', params: {}, format: 'time_series' },
  },
  {
    title: 'Does everything arrive?',
    says: 'Freshness and coverage of every metric',
    query: { view: 'data-quality', params: {}, format: 'table' },
  },
];

/** Explore's help: questions to begin with. */
export function QueryHelp({ onClickExample }: QueryEditorHelpProps<SceVoiceQuery>) {
  return (
    <Stack direction="column" gap={1}>
      <Text element="h3">Questions to begin with</Text>
      {examples.map(({ title, says, query }) => (
        <Card key={title} noMargin onClick={() => onClickExample({ refId: 'A', ...query })}>
          <Card.Heading>{title}</Card.Heading>
          <Card.Description>{says}</Card.Description>
        </Card>
      ))}
    </Stack>
  );
}
