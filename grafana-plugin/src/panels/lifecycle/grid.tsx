import { dateTimeFormat } from '@grafana/data';
import { useStyles2, useTheme2 } from '@grafana/ui';
import React, { useCallback, useEffect, useId, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { useSize } from '../shared/use-size.ts';
import { AxisHeader, AxisOverlay } from './axis.tsx';
import { GroupRow } from './group-row.tsx';
import { axisMargin, LifeRow, type RowColors } from './life-row.tsx';
import { eventInWords, figureLabel, type TimeWords } from './model/describe.ts';
import type { Item } from './model/items.ts';
import { keyAction, type Cursor, type KeyAction } from './model/keyboard.ts';
import { drawLife, eventsOf } from './model/marks.ts';
import { hitTest } from './model/hit.ts';
import type { SortKey } from './model/sort.ts';
import { timeAt, zoomed, type Domain } from './model/time-scale.ts';
import { pageSize, scrollToShow, visibleRange } from './model/visible-range.ts';
import type { Workspace } from './model/workspace.ts';
import { gridStyles, headerHeight } from './styles.ts';
import type { TooltipTarget } from './tooltip.tsx';

interface Props {
  readonly items: readonly Item[];
  readonly domain: Domain;
  readonly limits: Domain;
  readonly asOf: number;
  readonly timeZone: string;
  readonly time: TimeWords;
  readonly rowHeight: number;
  readonly width: number;
  readonly sortKey: SortKey;
  readonly labelName: string;
  readonly labelOf: (workspace: Workspace) => string;
  readonly colorOf: (workspace: Workspace) => string;
  readonly patternColorOf: (pattern: string) => string;
  readonly cursor: Cursor | null;
  readonly onCursor: (cursor: Cursor | null) => void;
  readonly onTarget: (target: TooltipTarget | null) => void;
  readonly onPin: (target: TooltipTarget) => void;
  readonly onAction: (action: KeyAction, target: TooltipTarget | null) => void;
  readonly onCollapse: (key: string) => void;
  readonly onZoom: (domain: Domain) => void;
  readonly onSelectRange: (domain: Domain) => void;
}

/** Pixels of a drag that is no click. */
const dragFrom = 6;

export function Grid(props: Props) {
  const { items, domain, limits, rowHeight, cursor, time, onTarget, onZoom } = props;
  const theme = useTheme2();
  const styles = useStyles2(gridStyles);
  const id = useId();
  const scroller = useRef<HTMLDivElement | null>(null);
  const [sizeRef, size] = useSize();
  const [scrollTop, setScrollTop] = useState(0);
  const [drag, setDrag] = useState<{ readonly from: number; readonly to: number } | null>(null);

  const labelWidth = Math.round(Math.min(220, Math.max(96, props.width * 0.18)));
  const figureWidth = props.width < 480 ? 0 : 92;
  const axisWidth = Math.max(40, size.width - labelWidth - figureWidth - 2 * axisMargin);
  const viewport = { scrollTop, height: Math.max(0, size.height - headerHeight), rowHeight, count: items.length };
  const { from, to } = visibleRange(viewport);
  const colors = useMemo(
    (): RowColors => ({
      text: theme.colors.text.maxContrast,
      faint: theme.colors.text.secondary,
      background: theme.colors.background.primary,
      warning: theme.colors.warning.text,
    }),
    [theme],
  );

  const setScroller = useCallback(
    (element: HTMLDivElement | null) => {
      scroller.current = element;
      sizeRef(element);
    },
    [sizeRef],
  );

  // The keyboard takes its line into view.
  const height = viewport.height;
  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element || !cursor) return;
    element.scrollTop = scrollToShow(cursor.item, {
      scrollTop: element.scrollTop,
      height,
      rowHeight,
      count: items.length,
    });
  }, [cursor, height, rowHeight, items.length]);

  // React listens to wheels passively: the page would zoom, too.
  useEffect(() => {
    const element = scroller.current;
    if (!element) return undefined;
    const onWheel = (event: WheelEvent): void => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      const x = event.clientX - element.getBoundingClientRect().left - labelWidth - axisMargin;
      onZoom(zoomed(domain, event.deltaY < 0 ? 0.8 : 1.25, timeAt(domain, axisWidth, x), limits));
    };
    element.addEventListener('wheel', onWheel, { passive: false });
    return () => element.removeEventListener('wheel', onWheel);
  }, [axisWidth, domain, labelWidth, limits, onZoom]);

  /** Line and pixel of the axis under a pointer. */
  const locate = (event: React.PointerEvent): { readonly item: number; readonly x: number } | null => {
    const box = scroller.current?.getBoundingClientRect();
    if (!box) return null;
    const y = event.clientY - box.top - headerHeight + scrollTop;
    const item = Math.floor(y / rowHeight);
    return { item, x: event.clientX - box.left - labelWidth - axisMargin };
  };

  const targetAt = (item: Item | undefined, x: number, event: React.PointerEvent): TooltipTarget | null => {
    if (item?.type !== 'row') return null;
    const hit = hitTest(drawLife(item.workspace, domain, axisWidth), x);
    const life = hit?.type === 'event' ? eventsOf(item.workspace)[hit.event.index] : undefined;
    return {
      workspace: item.workspace,
      event: life ?? null,
      segment: hit?.type === 'segment' ? hit.segment.kind : null,
      x: event.clientX,
      y: event.clientY,
    };
  };

  /** Where the tooltip of the keyboard stands: under its event, or under the start of its line. */
  const targetOf = (at: Cursor): TooltipTarget | null => {
    const item = items[at.item];
    const box = scroller.current?.getBoundingClientRect();
    if (item?.type !== 'row' || !box) return null;
    const life = at.event === null ? undefined : eventsOf(item.workspace)[at.event];
    const share = life ? (life.at - domain.from) / (domain.to - domain.from) : 0;
    const top = scrollToShow(at.item, { ...viewport, scrollTop: scroller.current?.scrollTop ?? 0 });
    return {
      workspace: item.workspace,
      event: life ?? null,
      segment: null,
      x: box.left + labelWidth + axisMargin + Math.min(1, Math.max(0, share)) * axisWidth,
      y: box.top + headerHeight + (at.item + 1) * rowHeight - top,
    };
  };

  const onKeyDown = (event: React.KeyboardEvent): void => {
    const action = keyAction(event, cursor ?? { item: 0, event: null }, items, pageSize(viewport));
    if (!action) return;
    event.preventDefault();
    event.stopPropagation();
    if (action.type === 'move') {
      props.onCursor(action.cursor);
      onTarget(targetOf(action.cursor));
    } else props.onAction(action, cursor && targetOf(cursor));
  };

  const onPointerMove = (event: React.PointerEvent): void => {
    const place = locate(event);
    if (!place) return;
    if (drag) setDrag({ from: drag.from, to: Math.min(axisWidth, Math.max(0, place.x)) });
    onTarget(drag && Math.abs(place.x - drag.from) >= dragFrom ? null : targetAt(items[place.item], place.x, event));
  };

  const onPointerDown = (event: React.PointerEvent): void => {
    const place = locate(event);
    if (event.button !== 0 || !place || items[place.item]?.type !== 'row' || place.x < 0 || place.x > axisWidth) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    setDrag({ from: place.x, to: place.x });
  };

  const onPointerUp = (event: React.PointerEvent): void => {
    const place = locate(event);
    setDrag(null);
    if (!place || event.button !== 0) return;
    if (drag && Math.abs(drag.to - drag.from) >= dragFrom) {
      const [a, b] = [timeAt(domain, axisWidth, drag.from), timeAt(domain, axisWidth, drag.to)];
      props.onSelectRange({ from: Math.min(a, b), to: Math.max(a, b) });
      return;
    }
    const item = items[place.item];
    if (!item) return;
    props.onCursor({ item: place.item, event: null });
    if (item.type === 'group') {
      props.onCollapse(item.key);
      return;
    }
    const target = targetAt(item, place.x, event);
    if (target) props.onPin(target);
  };

  const active = cursor && items[cursor.item];
  const activeEvent =
    active?.type === 'row' && typeof cursor?.event === 'number' ? eventsOf(active.workspace)[cursor.event] : null;
  return (
    <div
      ref={setScroller}
      className={styles.scroller}
      role="grid"
      tabIndex={0}
      aria-label="Life cycles of workspaces. Up and down: lines; left and right: events; Enter: open"
      aria-rowcount={items.length + 1}
      aria-colcount={figureWidth > 0 ? 3 : 2}
      aria-activedescendant={active ? `${id}-${String(cursor.item)}` : undefined}
      onScroll={(event) => setScrollTop(event.currentTarget.scrollTop)}
      onKeyDown={onKeyDown}
      onFocus={(event) => {
        if (cursor === null && items.length > 0 && event.currentTarget.matches(':focus-visible'))
          props.onCursor({ item: 0, event: null });
      }}
      style={
        {
          '--label-width': `${String(labelWidth)}px`,
          '--figure-width': `${String(figureWidth)}px`,
        } as React.CSSProperties
      }
    >
      <div role="rowgroup" className={styles.header}>
        <div role="row" aria-rowindex={1} style={{ display: 'flex', flex: 1, minWidth: 0, alignItems: 'center' }}>
          <div role="columnheader" className={styles.label}>
            {props.labelName}
          </div>
          <div role="columnheader" className={styles.life} aria-label="Life">
            <AxisHeader domain={domain} width={axisWidth} timeZone={props.timeZone} />
          </div>
          {figureWidth > 0 && (
            <div role="columnheader" className={styles.figure}>
              {figureLabel(props.sortKey)}
            </div>
          )}
        </div>
      </div>
      <div className={styles.overlay} aria-hidden="true">
        <AxisOverlay
          domain={domain}
          width={axisWidth}
          height={Math.min(height, items.length * rowHeight)}
          left={labelWidth}
          timeZone={props.timeZone}
          asOf={props.asOf}
          selection={drag && Math.abs(drag.to - drag.from) >= dragFrom ? drag : null}
        />
      </div>
      <div
        role="rowgroup"
        className={styles.body}
        style={{ height: items.length * rowHeight }}
        onPointerMove={onPointerMove}
        onPointerDown={onPointerDown}
        onPointerUp={onPointerUp}
        onPointerLeave={() => onTarget(null)}
        onPointerCancel={() => setDrag(null)}
      >
        {items.slice(from, to).map((item, offset) => {
          const index = from + offset;
          const shared = {
            id: `${id}-${String(index)}`,
            index,
            top: index * rowHeight,
            height: rowHeight,
            axisWidth,
            styles,
            isActive: cursor?.item === index,
          };
          return item.type === 'group' ? (
            <GroupRow
              key={item.key}
              {...shared}
              item={item}
              hasFigure={figureWidth > 0}
              colorOf={props.patternColorOf}
            />
          ) : (
            <LifeRow
              key={item.key}
              {...shared}
              workspace={item.workspace}
              label={props.labelOf(item.workspace)}
              isNarrow={figureWidth === 0}
              time={time}
              figureKey={figureWidth > 0 ? props.sortKey : null}
              color={props.colorOf(item.workspace)}
              colors={colors}
              domain={domain}
              activeEvent={cursor?.item === index ? cursor.event : null}
            />
          );
        })}
      </div>
      {items.length === 0 && (
        <div className={styles.nothing}>
          No workspace is left by the filters. Show a pattern again, or clear the search.
        </div>
      )}
      <div className={styles.hiddenText} role="status">
        {active?.type === 'row' && activeEvent ? eventInWords(active.workspace, activeEvent, time) : ''}
      </div>
    </div>
  );
}

/** Words for times in the dashboard's time zone; each time is put in words once. */
export function timeWords(timeZone: string): TimeWords {
  const said = (format: string, shift: number): ((time: number) => string) => {
    const words = new Map<number, string>();
    return (time) => {
      const known = words.get(time);
      if (known !== undefined) return known;
      if (words.size > 20_000) words.clear();
      const text = dateTimeFormat(time + shift, { timeZone, format });
      words.set(time, text);
      return text;
    };
  };
  // Days of visits begin at the organisation's midnight; its noon is the same day nearly everywhere.
  return { moment: said('YYYY-MM-DD HH:mm', 0), day: said('YYYY-MM-DD', 43_200_000) };
}
