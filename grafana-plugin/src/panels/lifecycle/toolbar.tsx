import { css, cx } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Combobox, FilterInput, Icon, IconButton, RadioButtonGroup, useStyles2, useTheme2 } from '@grafana/ui';
import React from 'react';
import { count, glance } from '../shared/words.ts';
import { GlyphIcon } from './glyph.tsx';
import { togglePattern, type Filter, type Filtered } from './model/filter.ts';
import { endings, patternStyle, patternStyles } from './model/patterns.ts';
import { sortKeys, sortLabels, type Sort } from './model/sort.ts';

interface Props {
  readonly width: number;
  readonly total: number;
  readonly filtered: Filtered;
  readonly filter: Filter;
  readonly onFilter: (filter: Filter) => void;
  readonly sort: Sort;
  readonly onSort: (sort: Sort) => void;
  readonly axis: 'range' | 'life';
  readonly onAxis: (axis: 'range' | 'life') => void;
  readonly isZoomed: boolean;
  readonly onZoom: (direction: 'in' | 'out' | 'reset') => void;
  readonly hasEndOfLife: boolean;
  readonly colorOf: (pattern: string) => string;
  readonly colorKey: readonly { readonly name: string; readonly color: string }[];
}

/** Patterns with their counts, which are filters; search, order and zoom. */
export function Toolbar(props: Props) {
  const styles = useStyles2(stylesOf);
  const { filter, filtered, width, sort } = props;
  const isNarrow = width < 560;
  const known = patternStyles
    .map(({ id }) => id)
    .filter((id) => filtered.byPattern.has(id) || filter.hiddenPatterns.has(id));
  const patterns = [...known, ...[...filtered.byPattern.keys()].filter((id) => !known.includes(id))];
  return (
    <div className={styles.bar}>
      <div
        className={styles.legend}
        role="group"
        aria-label="Patterns: click to hide or show, Shift and click for one alone"
      >
        {patterns.map((id) => {
          const { label, words, shape } = patternStyle(id);
          const isShown = !filter.hiddenPatterns.has(id);
          const number = filtered.byPattern.get(id) ?? 0;
          return (
            <button
              key={id}
              type="button"
              aria-pressed={isShown}
              aria-label={`${label}: ${count(number, 'workspace')}. ${words}`}
              title={`${words}. Click: hide or show; Shift and click: this one alone`}
              className={cx(styles.chip, !isShown && styles.off)}
              onClick={(event) => props.onFilter(togglePattern(filter, id, patterns, event.shiftKey))}
            >
              <GlyphIcon shape={shape} color={props.colorOf(id)} />
              {!isNarrow && <span>{label}</span>}
              <b>{number.toLocaleString('en')}</b>
            </button>
          );
        })}
        {props.hasEndOfLife && (
          <button
            type="button"
            aria-pressed={filter.endOfLifeOnly}
            title="Alive on a version of R, Python or Quarto that is past its end of life. Click: these alone"
            aria-label={`Alive past end of life: ${count(filtered.endOfLife, 'workspace')}`}
            className={cx(styles.chip, filter.endOfLifeOnly && styles.on)}
            onClick={() => props.onFilter({ ...filter, endOfLifeOnly: !filter.endOfLifeOnly })}
          >
            <Icon name="exclamation-triangle" size="sm" />
            {!isNarrow && <span>End-of-life runtime</span>}
            <b>{filtered.endOfLife.toLocaleString('en')}</b>
          </button>
        )}
      </div>
      {width >= 900 && <Marks colorKey={props.colorKey} />}
      <div className={styles.tools}>
        <FilterInput
          value={filter.text}
          onChange={(text) => props.onFilter({ ...filter, text })}
          placeholder="User, role, image…"
          aria-label="Only workspaces with these words"
          width={isNarrow ? 11 : 22}
          escapeRegex={false}
        />
        <Combobox
          options={sortKeys.map((value) => ({ value, label: sortLabels[value] }))}
          value={sort.key}
          onChange={({ value }) => props.onSort({ ...sort, key: value })}
          width={isNarrow ? 15 : 24}
          aria-label="Sort by"
          prefixIcon="sort-amount-down"
        />
        <IconButton
          name={sort.descending ? 'arrow-down' : 'arrow-up'}
          tooltip={sort.descending ? 'Largest or newest first' : 'Smallest or oldest first'}
          onClick={() => props.onSort({ ...sort, descending: !sort.descending })}
        />
        {width >= 760 && (
          <RadioButtonGroup
            size="sm"
            options={[
              { value: 'range', label: 'Range' },
              { value: 'life', label: 'Whole life' },
            ]}
            value={props.axis}
            onChange={props.onAxis}
            aria-label="Time axis"
          />
        )}
        {!isNarrow && (
          <>
            <IconButton name="search-plus" tooltip="Zoom in (+)" onClick={() => props.onZoom('in')} />
            <IconButton name="search-minus" tooltip="Zoom out (-)" onClick={() => props.onZoom('out')} />
          </>
        )}
        {props.isZoomed && (
          <IconButton name="history" tooltip="Whole axis again (0)" onClick={() => props.onZoom('reset')} />
        )}
        <span className={styles.sum} aria-live="polite">
          {filtered.workspaces.length === props.total
            ? count(props.total, 'workspace')
            : `${filtered.workspaces.length.toLocaleString('en')} of ${count(props.total, 'workspace')}`}
          {!isNarrow &&
            ` · ${filtered.alive.toLocaleString('en')} alive, ${glance(filtered.aliveCores)} cores · ${glance(filtered.unvisitedCoreHours)} core·h idle since last visits`}
        </span>
      </div>
    </div>
  );
}

/** What bars and end marks mean; the colours, where they are not those of patterns. */
function Marks({ colorKey }: Pick<Props, 'colorKey'>) {
  const theme = useTheme2();
  const styles = useStyles2(stylesOf);
  const color = theme.colors.text.secondary;
  return (
    <div className={styles.marks} aria-hidden="true">
      <span>
        <i style={{ background: color }} /> first to last visit
      </span>
      <span>
        <i style={{ border: `1px solid ${color}` }} /> unvisited
      </span>
      <span>▸ alive</span>
      <span>ended by</span>
      {Object.entries(endings).map(([by, { shape, words }]) => (
        <span key={by} title={words}>
          <GlyphIcon shape={shape} color={theme.colors.text.maxContrast} size={11} />{' '}
          {by === 'oom' ? 'out of memory' : by}
        </span>
      ))}
      {colorKey.length > 0 && (
        <span className={styles.colors}>
          {colorKey.slice(0, 12).map(({ name, color: of }) => (
            <span key={name}>
              <i style={{ background: of }} /> {name}
            </span>
          ))}
        </span>
      )}
    </div>
  );
}

function stylesOf(theme: GrafanaTheme2) {
  return {
    bar: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(0.75), padding: theme.spacing(0.75, 1) }),
    legend: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(0.5) }),
    tools: css({ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: theme.spacing(0.75) }),
    chip: css({
      display: 'inline-flex',
      alignItems: 'center',
      gap: theme.spacing(0.5),
      height: 24,
      padding: theme.spacing(0, 0.75),
      border: `1px solid ${theme.colors.border.medium}`,
      borderRadius: theme.shape.radius.pill,
      background: theme.colors.background.secondary,
      color: theme.colors.text.primary,
      fontSize: theme.typography.bodySmall.fontSize,
      b: { fontVariantNumeric: 'tabular-nums', fontWeight: theme.typography.fontWeightMedium },
      '&:hover': { background: theme.colors.action.hover },
      '&:focus-visible': { outline: `2px solid ${theme.colors.primary.border}`, outlineOffset: 1 },
    }),
    off: css({ opacity: 0.5, textDecoration: 'line-through', background: 'transparent' }),
    on: css({ borderColor: theme.colors.warning.border, background: theme.colors.warning.transparent }),
    marks: css({
      display: 'flex',
      flexWrap: 'wrap',
      columnGap: theme.spacing(1.25),
      color: theme.colors.text.secondary,
      fontSize: theme.typography.bodySmall.fontSize,
      span: { display: 'inline-flex', alignItems: 'center', gap: theme.spacing(0.5) },
      i: { width: 14, height: 8, flex: 'none' },
    }),
    colors: css({ '&&': { columnGap: theme.spacing(1.25), flexWrap: 'wrap', marginLeft: 'auto' } }),
    sum: css({ color: theme.colors.text.secondary, fontSize: theme.typography.bodySmall.fontSize, marginLeft: 'auto' }),
  };
}
