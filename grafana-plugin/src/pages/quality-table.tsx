import React, { useMemo } from 'react';
import { type CellProps, type Column, Icon, InteractiveTable, Text, Tooltip, useStyles2 } from '@grafana/ui';
import { format } from './figures.ts';
import { lowCoverage, type MetricRow, type Standing } from './quality.ts';
import { pageStyles } from './styles.ts';

const icons = {
  ok: { name: 'check-circle', color: 'success', says: 'arrives' },
  warning: { name: 'exclamation-triangle', color: 'warning', says: 'incomplete or partly refused' },
  error: { name: 'times-circle', color: 'error', says: 'has stopped' },
} as const;

function StandingIcon({ standing }: { readonly standing: Standing }) {
  const { name, color, says } = icons[standing];
  return (
    <Tooltip content={says}>
      <span>
        <Text color={color}>
          <Icon name={name} aria-label={says} />
        </Text>
      </span>
    </Tooltip>
  );
}

type Cell = CellProps<MetricRow>;

/** A line per job and metric; every column sorts. */
export function QualityTable({ rows }: { readonly rows: MetricRow[] }) {
  const styles = useStyles2(pageStyles);
  const columns = useMemo<Column<MetricRow>[]>(
    () => [
      { id: 'standing', header: '', disableGrow: true, cell: ({ row }: Cell) => <StandingIcon {...row.original} /> },
      { id: 'job', header: 'Job', sortType: 'alphanumeric' },
      { id: 'metric', header: 'Metric', sortType: 'alphanumeric', cell: ({ value }) => <code>{String(value)}</code> },
      {
        id: 'ageSeconds',
        header: 'Newest sample',
        sortType: 'number',
        cell: ({ value }) => (value === null ? 'none' : `${format('s', Number(value))} ago`),
      },
      {
        id: 'coverage',
        header: 'Coverage',
        sortType: 'number',
        cell: ({ value }) =>
          value === null ? (
            '–'
          ) : (
            <Text color={Number(value) < lowCoverage ? 'warning' : 'primary'}>
              {format('percentunit', Number(value))}
            </Text>
          ),
      },
      { id: 'samples', header: 'Samples', sortType: 'number', cell: ({ value }) => format('short', Number(value)) },
      { id: 'activeSeries', header: 'Series', sortType: 'number', cell: ({ value }) => format('short', Number(value)) },
      {
        id: 'rejected',
        header: 'Refused',
        sortType: 'number',
        cell: ({ value, row }: Cell) =>
          Number(value) === 0 ? (
            '0'
          ) : (
            <Tooltip content={row.original.reasons || 'no reason was recorded'}>
              <span>
                <Text color="warning">{format('short', Number(value))}</Text>
              </span>
            </Tooltip>
          ),
      },
    ],
    [],
  );
  return (
    <div className={styles.scroll}>
      <InteractiveTable columns={columns} data={rows} getRowId={({ id }) => id} pageSize={25} />
    </div>
  );
}
