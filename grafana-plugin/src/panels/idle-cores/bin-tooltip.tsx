import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Portal, useStyles2, useTheme2, VizTooltipContainer } from '@grafana/ui';
import React from 'react';
import { glance, percent } from '../shared/words.ts';
import { cellsOf } from './model/core-axis.ts';
import type { Bin, RoleHistogram } from './model/histogram.ts';
import { plotColors } from './plot.tsx';

interface Props {
  readonly histogram: RoleHistogram;
  readonly bin: Bin;
  readonly x: number;
  readonly y: number;
}

/** A bin in words. */
export function BinTooltip({ histogram, bin, x, y }: Props) {
  const styles = useStyles2(stylesOf);
  const colors = plotColors(useTheme2());
  const hours = (value: number, total: number): string =>
    `${glance(value)} container-hours${total > 0 ? ` (${percent(value / total)})` : ''}`;
  return (
    <Portal>
      <VizTooltipContainer position={{ x, y }} offset={{ x: 12, y: 12 }} data-testid="bin-tooltip">
        <div className={styles.title}>
          {glance(bin.from)} to {glance(bin.to)} cores
        </div>
        {cellsOf(bin) > 1 && <div className={styles.faint}>Shown together: few people in each bin</div>}
        <div className={styles.line}>
          <i style={{ background: colors.used }} />
          Used: {hours(bin.usedHours, histogram.usedHours)}
        </div>
        <div className={styles.line}>
          <i style={{ border: `2px solid ${colors.requested}` }} />
          Requested: {hours(bin.requestedHours, histogram.requestedHours)}
        </div>
        {(bin.containers !== null || bin.people !== null) && (
          <div className={styles.faint}>
            {[
              bin.containers !== null && `${glance(bin.containers)} containers`,
              bin.people !== null && bin.people > 0 && `${glance(bin.people)} people`,
            ]
              .filter(Boolean)
              .join(', ')}
          </div>
        )}
      </VizTooltipContainer>
    </Portal>
  );
}

function stylesOf(theme: GrafanaTheme2) {
  return {
    title: css({ fontWeight: theme.typography.fontWeightMedium }),
    line: css({
      display: 'flex',
      alignItems: 'center',
      gap: theme.spacing(0.75),
      fontVariantNumeric: 'tabular-nums',
      i: { width: 10, height: 10, flex: 'none' },
    }),
    faint: css({ color: theme.colors.text.secondary }),
  };
}
