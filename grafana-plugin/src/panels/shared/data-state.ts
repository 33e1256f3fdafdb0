import { LoadingState, type DataFrame, type PanelData } from '@grafana/data';
import { frameWith, missingColumns } from './frames.ts';

export type DataState =
  | { readonly type: 'loading' }
  | { readonly type: 'error'; readonly message: string }
  /** No query, or none that answers. */
  | { readonly type: 'none' }
  | { readonly type: 'foreign'; readonly missing: readonly string[] }
  | { readonly type: 'empty'; readonly frame: DataFrame }
  | { readonly type: 'ready'; readonly frame: DataFrame };

/** What a panel that needs certain columns can do with what it was given. Old rows stay while new ones are on their way. */
export function dataState(data: PanelData, required: readonly string[]): DataState {
  const frame = frameWith(data.series, required);
  if (frame) return { type: frame.length === 0 ? 'empty' : 'ready', frame };
  // What fails as a whole, Grafana says in `error` alone.
  // eslint-disable-next-line @typescript-eslint/no-deprecated
  const error = data.errors?.[0] ?? data.error;
  if (data.state === LoadingState.Error || error)
    return { type: 'error', message: error?.data?.message ?? error?.message ?? 'The query failed.' };
  if (data.state === LoadingState.Loading || data.state === LoadingState.NotStarted) return { type: 'loading' };
  const nearest = data.series.map((series) => missingColumns(series, required)).sort((a, b) => a.length - b.length)[0];
  return nearest === undefined ? { type: 'none' } : { type: 'foreign', missing: nearest };
}

/** What the view says about how its figures are made; null: it says nothing. */
export function howComputed(frame: DataFrame): string | null {
  const custom: unknown = frame.meta?.custom;
  const text =
    typeof custom === 'object' && custom !== null ? (custom as Record<string, unknown>)['howComputed'] : null;
  return typeof text === 'string' && text !== '' ? text : null;
}
