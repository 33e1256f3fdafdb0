import type { Item } from './items.ts';
import { eventsOf } from './marks.ts';

/** Where the keyboard is: a line of the grid and, in it, an event (null: the line itself). */
export interface Cursor {
  readonly item: number;
  readonly event: number | null;
}

export type KeyAction =
  | { readonly type: 'move'; readonly cursor: Cursor }
  | { readonly type: 'open'; readonly item: number }
  | { readonly type: 'collapse'; readonly item: number; readonly isCollapsed: boolean }
  | { readonly type: 'zoom'; readonly direction: 'in' | 'out' | 'reset' | 'earlier' | 'later' }
  | { readonly type: 'leave' };

export interface KeyPress {
  readonly key: string;
  readonly ctrlKey?: boolean;
  readonly metaKey?: boolean;
  readonly altKey?: boolean;
  readonly shiftKey?: boolean;
}

/**
 * What a key does. Up, down, page and Home/End move between lines; left and right between the events of a line (and close or
 * open a group); Enter opens; + − 0 zoom, with Shift left and right pan. Null: not ours, the browser keeps it.
 */
export function keyAction(press: KeyPress, cursor: Cursor, items: readonly Item[], page: number): KeyAction | null {
  if (press.ctrlKey === true || press.metaKey === true || press.altKey === true) return null;
  const zoom = zoomKeys[press.key];
  if (zoom) return { type: 'zoom', direction: zoom };
  if (press.key === 'Escape') return { type: 'leave' };
  const item = items[cursor.item];
  if (!item) return null;
  if (press.shiftKey === true && press.key === 'ArrowLeft') return { type: 'zoom', direction: 'earlier' };
  if (press.shiftKey === true && press.key === 'ArrowRight') return { type: 'zoom', direction: 'later' };
  const to = (index: number): KeyAction => ({
    type: 'move',
    cursor: { item: Math.max(0, Math.min(items.length - 1, index)), event: null },
  });
  switch (press.key) {
    case 'ArrowDown':
      return to(cursor.item + 1);
    case 'ArrowUp':
      return to(cursor.item - 1);
    case 'PageDown':
      return to(cursor.item + page);
    case 'PageUp':
      return to(cursor.item - page);
    case 'Home':
      return to(0);
    case 'End':
      return to(items.length - 1);
    case 'ArrowRight':
    case 'ArrowLeft':
      return sideways(press.key === 'ArrowRight' ? 1 : -1, cursor, item);
    case 'Enter':
    case ' ':
      return item.type === 'group'
        ? { type: 'collapse', item: cursor.item, isCollapsed: !item.isCollapsed }
        : { type: 'open', item: cursor.item };
    default:
      return null;
  }
}

const zoomKeys: Readonly<Record<string, 'in' | 'out' | 'reset'>> = { '+': 'in', '=': 'in', '-': 'out', '0': 'reset' };

function sideways(by: 1 | -1, cursor: Cursor, item: Item): KeyAction {
  if (item.type === 'group') return { type: 'collapse', item: cursor.item, isCollapsed: by < 0 };
  const last = eventsOf(item.workspace).length - 1;
  const from = cursor.event ?? -1;
  // Left of the first event is the line itself.
  const event = Math.min(last, from + by);
  return { type: 'move', cursor: { item: cursor.item, event: event < 0 ? null : event } };
}
