import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import React from 'react';
import { glance, percent } from '../shared/words.ts';
import { money } from './money.ts';
import type { Exact } from './use-what-if.ts';

/** The formulas of both views, and the answer pool by pool. */
export function HowComputed({ histogram, exact }: { readonly histogram: string | null; readonly exact: Exact | null }) {
  const styles = useStyles2(stylesOf);
  const answer = exact?.answer ?? null;
  return (
    <div className={styles.box}>
      {histogram !== null && (
        <p>
          <b>Histogram.</b> {histogram}
        </p>
      )}
      {typeof exact?.howComputed === 'string' && (
        <p>
          <b>What if.</b> {exact.howComputed}
        </p>
      )}
      <p>
        <b>While a line moves</b> nodes and money are estimated: straight lines between exact answers over the
        core-hours that would be requested. They are marked ≈ until the exact answer is there.
      </p>
      {exact?.notices.map((notice) => (
        <p key={notice}>{notice}</p>
      ))}
      {answer && (
        <table className={styles.table}>
          <thead>
            <tr>
              <th>Pool</th>
              <th>Node</th>
              <th>Nodes</th>
              <th>Cost</th>
              <th>Throttled</th>
              <th>Binds</th>
            </tr>
          </thead>
          <tbody>
            {answer.pools.map((pool) => (
              <tr key={`${pool.cluster ?? ''} ${pool.pool ?? ''}`}>
                <td>{[pool.cluster, pool.pool].filter(Boolean).join(' ') || 'not known'}</td>
                <td>
                  {pool.nodeCores === null ? '' : `${glance(pool.nodeCores)} cores`}
                  {pool.nodeMemoryGb === null ? '' : `, ${glance(pool.nodeMemoryGb)} GB`}
                </td>
                <td>{`${glance(pool.nodesToday)} → ${glance(pool.nodesCandidate)}`}</td>
                <td>
                  {pool.costToday === null || pool.costCandidate === null
                    ? 'no price'
                    : `${money(pool.costToday, exact?.moneyUnit ?? null, answer.currency)} → ${money(pool.costCandidate, exact?.moneyUnit ?? null, answer.currency)}`}
                </td>
                <td>{pool.throttledShare === null ? '–' : percent(pool.throttledShare)}</td>
                <td>{pool.binding ?? '–'}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </div>
  );
}

function stylesOf(theme: GrafanaTheme2) {
  return {
    box: css({ maxWidth: 560, maxHeight: 380, overflow: 'auto', p: { marginBottom: theme.spacing(1) } }),
    table: css({
      width: '100%',
      fontVariantNumeric: 'tabular-nums',
      'th, td': { padding: theme.spacing(0.25, 0.75), textAlign: 'left', whiteSpace: 'nowrap' },
      th: { color: theme.colors.text.secondary, fontWeight: 'normal' },
    }),
  };
}
