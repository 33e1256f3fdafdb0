import React from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Text, useStyles2 } from '@grafana/ui';
import { format } from './figures.ts';
import { lowCoverage, type QualitySummary, staleSeconds, type Standing } from './quality.ts';
import { pageStyles } from './styles.ts';

interface Props {
  readonly summary: QualitySummary;
  readonly coverage: number | null;
}

/** The four numbers that say whether anybody has to act. */
export function QualityTiles({ summary, coverage }: Props) {
  const styles = useStyles2(pageStyles);
  const { metrics, stale, rejected, newestAgeSeconds } = summary;
  return (
    <div className={styles.tiles}>
      <Tile
        label="Newest sample"
        value={newestAgeSeconds === null ? 'none' : `${format('s', newestAgeSeconds)} ago`}
        standing={newestAgeSeconds === null || newestAgeSeconds > staleSeconds ? 'error' : 'ok'}
        says="of anything that is sent"
      />
      <Tile
        label="Metrics that stopped"
        value={`${stale} of ${metrics}`}
        standing={stale === 0 ? 'ok' : stale === metrics ? 'error' : 'warning'}
        says={`no sample for ${format('s', staleSeconds)}`}
      />
      <Tile
        label="Coverage"
        value={coverage === null ? 'unknown' : format('percentunit', coverage)}
        standing={coverage === null ? 'warning' : coverage < lowCoverage ? 'error' : 'ok'}
        says="five-minute buckets with a sample"
      />
      <Tile
        label="Refused"
        value={format('short', rejected)}
        standing={rejected === 0 ? 'ok' : 'warning'}
        says="samples that were not stored; the table says why"
      />
    </div>
  );
}

interface TileProps {
  readonly label: string;
  readonly value: string;
  readonly says: string;
  readonly standing: Standing;
}

function Tile({ label, value, says, standing }: TileProps) {
  const styles = useStyles2(tileStyles, standing);
  return (
    <section className={styles.tile} aria-label={label} data-standing={standing}>
      <Text color="secondary">{label}</Text>
      <span className={styles.value}>{value}</span>
      <Text color="secondary" variant="bodySmall">
        {says}
      </Text>
    </section>
  );
}

function tileStyles(theme: GrafanaTheme2, standing: Standing) {
  const colors = { ok: theme.colors.success, warning: theme.colors.warning, error: theme.colors.error };
  return {
    tile: css({
      display: 'flex',
      flexDirection: 'column',
      gap: theme.spacing(0.5),
      padding: theme.spacing(2),
      background: theme.colors.background.secondary,
      borderRadius: theme.shape.radius.default,
      borderLeft: `4px solid ${colors[standing].main}`,
    }),
    value: css({
      fontSize: 26,
      lineHeight: 1.2,
      fontWeight: theme.typography.fontWeightMedium,
      fontVariantNumeric: 'tabular-nums',
      color: standing === 'ok' ? theme.colors.text.primary : colors[standing].text,
    }),
  };
}
