import { locationUtil, type DataFrame, type PanelProps } from '@grafana/data';
import { locationService } from '@grafana/runtime';
import { useTheme2 } from '@grafana/ui';
import React, { useCallback, useDeferredValue, useEffect, useMemo, useState } from 'react';
import { colorsBy, patternColor } from './colors.ts';
import { Grid, timeWords } from './grid.tsx';
import { eventsOf } from './model/marks.ts';
import { filterWorkspaces, isAliveOnEndOfLife, noFilter } from './model/filter.ts';
import { itemsOf } from './model/items.ts';
import type { Cursor, KeyAction } from './model/keyboard.ts';
import { sortWorkspaces, type Sort } from './model/sort.ts';
import { panned, wholeLife, zoomed, type Domain } from './model/time-scale.ts';
import { readWorkspaces, type Workspace } from './model/workspace.ts';
import type { LifecycleOptions } from './options.ts';
import { Toolbar } from './toolbar.tsx';
import { LifeTooltip, linksOf, type TooltipTarget } from './tooltip.tsx';

interface Props extends Pick<PanelProps, 'width' | 'height' | 'timeRange' | 'timeZone' | 'onChangeTimeRange'> {
  readonly frame: DataFrame;
  readonly options: LifecycleOptions;
}

const labelNames = { user: 'User', workspace: 'Workspace', image: 'Image', role: 'Role', department: 'Department' };

/** The life cycles of a frame that has some. */
export function Lifecycle({ frame, options, width, height, timeRange, timeZone, onChangeTimeRange }: Props) {
  const theme = useTheme2();
  const from = timeRange.from.valueOf();
  const to = timeRange.to.valueOf();
  const asOf = useMemo(() => Math.min(to, Date.now()), [to]);
  const workspaces = useMemo(() => readWorkspaces(frame, asOf), [frame, asOf]);

  const [filter, setFilter] = useState(noFilter);
  const [sort, setSort] = useState<Sort>({ key: options.sort, descending: options.descending });
  const [axis, setAxis] = useState(options.axis);
  const [zoom, setZoom] = useState<Domain | null>(null);
  const [collapsed, setCollapsed] = useState<ReadonlySet<string>>(new Set());
  const [cursor, setCursor] = useState<Cursor | null>(null);
  const [target, setTarget] = useState<TooltipTarget | null>(null);
  const [pinned, setPinned] = useState<TooltipTarget | null>(null);

  // What an editor changes is shown at once, what a viewer chose stays otherwise.
  useEffect(() => setSort({ key: options.sort, descending: options.descending }), [options.sort, options.descending]);
  useEffect(() => setAxis(options.axis), [options.axis]);
  useEffect(() => setZoom(null), [from, to, axis]);
  useEffect(() => {
    setPinned(null);
    setTarget(null);
  }, [frame]);

  const typed = useDeferredValue(filter);
  const filtered = useMemo(() => filterWorkspaces(workspaces, typed), [workspaces, typed]);
  const items = useMemo(
    () => itemsOf(sortWorkspaces(filtered.workspaces, sort), options.grouping, collapsed),
    [filtered, sort, options.grouping, collapsed],
  );
  const hasEndOfLife = useMemo(() => workspaces.some(isAliveOnEndOfLife), [workspaces]);
  useEffect(() => setCursor((at) => (at && at.item >= items.length ? null : at)), [items]);

  const life = useMemo(() => wholeLife(workspaces), [workspaces]);
  const base = useMemo((): Domain => (axis === 'life' && life ? life : { from, to }), [axis, life, from, to]);
  const limits = useMemo(
    (): Domain => ({ from: Math.min(base.from, life?.from ?? base.from), to: Math.max(base.to, life?.to ?? base.to) }),
    [base, life],
  );
  const domain = zoom ?? base;
  const time = useMemo(() => timeWords(timeZone), [timeZone]);
  const colors = useMemo(() => colorsBy(theme, options.colorBy, workspaces), [theme, options.colorBy, workspaces]);
  const patternColorOf = useCallback(
    (pattern: string) => (options.colorBy === 'pattern' ? patternColor(theme, pattern) : theme.colors.text.primary),
    [theme, options.colorBy],
  );
  const labelOf = useCallback(
    (workspace: Workspace): string =>
      (options.label === 'workspace' ? workspace.id : workspace[options.label]) ?? 'unattributed',
    [options.label],
  );

  const zoomBy = useCallback(
    (direction: 'in' | 'out' | 'reset' | 'earlier' | 'later', at?: number) => {
      const now = zoom ?? base;
      if (direction === 'reset') setZoom(null);
      else if (direction === 'earlier' || direction === 'later')
        setZoom(panned(now, direction === 'later' ? 0.2 : -0.2, limits));
      else setZoom(zoomed(now, direction === 'in' ? 0.6 : 1 / 0.6, at ?? (now.from + now.to) / 2, limits));
    },
    [zoom, base, limits],
  );
  const collapse = useCallback((key: string, isCollapsed?: boolean) => {
    const label = key.replace(/^group /, '');
    setCollapsed((before) => {
      const next = new Set(before);
      if (isCollapsed ?? !next.has(label)) next.add(label);
      else next.delete(label);
      return next;
    });
  }, []);

  const open = (workspace: Workspace, at: TooltipTarget | null): void => {
    const [link] = linksOf(frame, workspace.row, options.label);
    if (!link) setPinned(at);
    else if (link.onClick) link.onClick(undefined);
    else if (link.target === '_blank' || /^[a-z]+:/i.test(link.href)) window.open(link.href, link.target ?? '_self');
    else locationService.push(locationUtil.stripBaseFromUrl(link.href));
  };

  const act = (action: KeyAction, at: TooltipTarget | null): void => {
    const item = 'item' in action ? items[action.item] : undefined;
    switch (action.type) {
      case 'zoom': {
        const row = cursor && items[cursor.item];
        const event =
          row?.type === 'row' && typeof cursor?.event === 'number' ? eventsOf(row.workspace)[cursor.event] : undefined;
        zoomBy(action.direction, event?.at);
        return;
      }
      case 'collapse':
        if (item) collapse(item.key, action.isCollapsed);
        return;
      case 'open':
        if (item?.type === 'row') open(item.workspace, at);
        return;
      case 'leave':
        setPinned(null);
        setTarget(null);
        return;
      case 'move':
    }
  };

  const shown = pinned ?? target;
  const isNarrow = width < 560;
  return (
    <div style={{ width, height, display: 'flex', flexDirection: 'column' }} data-testid="lifecycle">
      {options.showToolbar && height >= 150 && (
        <Toolbar
          width={width}
          total={workspaces.length}
          filtered={filtered}
          filter={filter}
          onFilter={setFilter}
          sort={sort}
          onSort={setSort}
          axis={axis}
          onAxis={setAxis}
          isZoomed={zoom !== null}
          onZoom={zoomBy}
          hasEndOfLife={hasEndOfLife}
          colorOf={patternColorOf}
          colorKey={colors.key}
        />
      )}
      <Grid
        items={items}
        domain={domain}
        limits={limits}
        asOf={asOf}
        timeZone={timeZone}
        time={time}
        rowHeight={options.rowHeight}
        width={width}
        sortKey={sort.key}
        labelName={isNarrow && options.label === 'department' ? 'Dept.' : labelNames[options.label]}
        labelOf={labelOf}
        colorOf={colors.of}
        patternColorOf={patternColorOf}
        cursor={cursor}
        onCursor={setCursor}
        onTarget={setTarget}
        onPin={(at) => setPinned((before) => (before?.workspace === at.workspace ? null : at))}
        onAction={act}
        onCollapse={collapse}
        onZoom={setZoom}
        onSelectRange={(range) => onChangeTimeRange({ from: Math.round(range.from), to: Math.round(range.to) })}
      />
      {shown && (
        <LifeTooltip
          target={shown}
          color={colors.of(shown.workspace)}
          time={time}
          links={linksOf(frame, shown.workspace.row, options.label)}
          isPinned={pinned !== null}
        />
      )}
    </div>
  );
}
