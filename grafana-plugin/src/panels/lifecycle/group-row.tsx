import { Icon } from '@grafana/ui';
import React, { memo } from 'react';
import { count } from '../shared/words.ts';
import { wasteInWords } from './model/describe.ts';
import type { GroupItem } from './model/items.ts';
import { patternStyles } from './model/patterns.ts';
import type { GridStyles } from './styles.ts';
import { axisMargin } from './life-row.tsx';

interface Props {
  readonly id: string;
  readonly index: number;
  readonly top: number;
  readonly height: number;
  readonly item: GroupItem;
  readonly axisWidth: number;
  readonly isActive: boolean;
  readonly hasFigure: boolean;
  readonly colorOf: (pattern: string) => string;
  readonly styles: GridStyles;
}

/** The heading of a group: its name, how many, and a bar of their patterns. */
export const GroupRow = memo(function GroupRow(props: Props) {
  const { item, styles, isActive, height, axisWidth } = props;
  const known = patternStyles.map(({ id }) => id);
  const order = [...known, ...[...item.byPattern.keys()].filter((id) => !known.includes(id))];
  let x = 0;
  return (
    <div
      id={props.id}
      role="row"
      aria-rowindex={props.index + 2}
      aria-expanded={!item.isCollapsed}
      aria-selected={isActive}
      className={isActive ? styles.activeGroup : styles.group}
      style={{ transform: `translateY(${String(props.top)}px)`, height }}
    >
      <div role="rowheader" className={styles.label}>
        <Icon name={item.isCollapsed ? 'angle-right' : 'angle-down'} size="sm" />
        <span className={styles.labelText}>{item.label}</span>
      </div>
      <div
        role="gridcell"
        className={styles.life}
        aria-label={`${count(item.count, 'workspace')}, ${String(item.alive)} alive`}
      >
        <svg width={axisWidth + 2 * axisMargin} height={height} aria-hidden="true">
          <g transform={`translate(${String(axisMargin)} ${String(height / 2)})`}>
            {order.map((pattern) => {
              const width = ((item.byPattern.get(pattern) ?? 0) / item.count) * Math.min(160, axisWidth * 0.4);
              const from = x;
              x += width;
              return width === 0 ? null : (
                <rect
                  key={pattern}
                  x={from}
                  y={-3}
                  width={Math.max(1, width - 1)}
                  height={6}
                  fill={props.colorOf(pattern)}
                />
              );
            })}
            <text x={x + 8} dominantBaseline="central" className={styles.groupText}>
              {`${item.count.toLocaleString('en')} · ${item.alive.toLocaleString('en')} alive`}
            </text>
          </g>
        </svg>
      </div>
      {props.hasFigure && (
        <div role="gridcell" className={styles.figure} title="Reserved since the last visits">
          {wasteInWords(item) ?? '–'}
        </div>
      )}
    </div>
  );
});
