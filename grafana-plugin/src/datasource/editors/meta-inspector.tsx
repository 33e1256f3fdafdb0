import React from 'react';
import { type DataFrame, dateTimeFormat, type MetadataInspectorProps } from '@grafana/data';
import { Badge, Stack, Text } from '@grafana/ui';
import type { SceVoiceDataSource } from '../datasource.ts';
import type { SceVoiceOptions, SceVoiceQuery } from '../types.ts';

interface Meta {
  readonly howComputed?: string;
  readonly coverage?: number | null;
  readonly rowCount?: number;
  readonly from?: string;
  readonly to?: string;
}

/** Query inspector → Meta data: how each answer was computed, over which time, and how complete the data are. */
export function MetaInspector({ data }: MetadataInspectorProps<SceVoiceDataSource, SceVoiceQuery, SceVoiceOptions>) {
  return (
    <Stack direction="column" gap={3}>
      {data.map((frame, index) => (
        <FrameMeta key={index} frame={frame} />
      ))}
    </Stack>
  );
}

function FrameMeta({ frame }: { readonly frame: DataFrame }) {
  const { howComputed, coverage, from, to } = (frame.meta?.custom ?? {}) as Meta;
  return (
    <Stack direction="column" gap={1}>
      <Stack gap={1} alignItems="center" wrap="wrap">
        <Text element="h4">{frame.name ?? frame.refId ?? 'Answer'}</Text>
        <Badge color="blue" text={frame.length === 1 ? '1 row' : `${frame.length.toLocaleString('en')} rows`} />
        {typeof coverage === 'number' && (
          <Badge
            color={coverage >= 0.95 ? 'green' : coverage >= 0.8 ? 'orange' : 'red'}
            text={`coverage ${(coverage * 100).toFixed(1)} %`}
            tooltip="Covered seconds ÷ alive seconds of what the answer is made of: a gap is not idle"
          />
        )}
      </Stack>
      {from !== undefined && to !== undefined && (
        <Text color="secondary">
          {dateTimeFormat(from)} to {dateTimeFormat(to)} (whole days or weeks where people are counted)
        </Text>
      )}
      <Text element="p">{howComputed ?? 'This answer does not say how it was computed.'}</Text>
      {frame.meta?.notices?.map(({ text }) => (
        <Text key={text} element="p" color="warning">
          {text}
        </Text>
      ))}
      <ul style={{ paddingLeft: 20 }}>
        {frame.fields.map(({ name, config }) => (
          <li key={name}>
            <Text weight="medium">{config.displayName ?? name}</Text>{' '}
            <Text color="secondary">{config.description ?? ''}</Text>
          </li>
        ))}
      </ul>
    </Stack>
  );
}
