import {
  LoadingState,
  type DataFrame,
  type DataQueryRequest,
  type DataQueryResponse,
  type TimeRange,
} from '@grafana/data';
import { getDataSourceSrv } from '@grafana/runtime';
import type { DataQuery } from '@grafana/schema';
import { useEffect, useMemo, useRef, useState } from 'react';
import { from, isObservable, switchMap, type Observable } from 'rxjs';
import { frameWith } from '../shared/frames.ts';
import { howComputed } from '../shared/data-state.ts';
import { readAnswer, requiredColumns, type WhatIfAnswer } from './model/answer.ts';
import { candidateTexts, type Candidates } from './model/candidates.ts';

/** An exact answer and what it is to. */
export interface Exact {
  readonly candidates: Candidates;
  /** Null: refused, because it would be about too few people (or there are no nodes). */
  readonly answer: WhatIfAnswer | null;
  readonly howComputed: string | null;
  readonly notices: readonly string[];
  /** Grafana unit of money. */
  readonly moneyUnit: string | null;
}

export type WhatIfState =
  /** There is nobody to ask. */
  | { readonly type: 'off'; readonly reason: string }
  /** The finger still moves, or the answer is under way. */
  | { readonly type: 'asking' }
  | { readonly type: 'exact'; readonly exact: Exact }
  | { readonly type: 'failed'; readonly message: string };

export interface WhatIfQuestion {
  /** The request of the panel's own query: its data source is asked, in its name. */
  readonly request: DataQueryRequest | undefined;
  readonly timeRange: TimeRange;
  readonly view: string;
  readonly pool: string;
  readonly candidates: Candidates;
  readonly isWanted: boolean;
}

/** Milliseconds that a value must rest before it is asked for. */
const restFor = 250;
const mostRemembered = 200;

/**
 * The exact answer to the candidates: asked for when they rest, the one in flight is cancelled when they move on, and none is
 * asked twice for the same range. `known`: all answers for this range so far, for estimates in between.
 */
export function useWhatIf(question: WhatIfQuestion): { readonly state: WhatIfState; readonly known: readonly Exact[] } {
  const { request, timeRange, view, pool, candidates, isWanted } = question;
  const texts = useMemo(() => candidateTexts(candidates), [candidates]);
  const [start, end] = [timeRange.from.valueOf(), timeRange.to.valueOf()];
  const target = request?.targets.find(({ datasource }) => datasource) ?? request?.targets[0];
  const source = target?.datasource ?? null;
  const sourceId = source === null ? null : `${source.type ?? ''}/${source.uid ?? ''}`;
  const about = JSON.stringify([sourceId, start, end, view, pool]);
  const key = JSON.stringify(texts);

  const answers = useRef<{ about: string; byKey: Map<string, Exact> }>({ about, byKey: new Map() });
  if (answers.current.about !== about) answers.current = { about, byKey: new Map() };
  const [settled, setSettled] = useState<{ readonly id: string; readonly state: WhatIfState } | null>(null);
  const latest = useRef({ request, candidates, timeRange });
  latest.current = { request, candidates, timeRange };

  const off = !isWanted ? 'The slider is switched off.' : sourceId === null ? 'The slider needs a query of the SCE Voice data source in this panel.' : null; // prettier-ignore
  const id = `${about} ${key}`;
  useEffect(() => {
    if (off !== null || answers.current.byKey.has(key)) return undefined;
    let subscription: { unsubscribe: () => void } | undefined;
    // The first question is not the end of a movement.
    const timer = setTimeout(
      () => {
        const now = latest.current;
        subscription = ask(now.request, source, now.timeRange, { view, params: { candidates: texts, pool } }).subscribe(
          {
            next: (response) => {
              const answered = read(response, now.candidates);
              if (answered === null) return;
              if (answered.type === 'exact') remember(answers.current.byKey, key, answered.exact);
              setSettled({ id, state: answered });
            },
            error: (error: unknown) => setSettled({ id, state: { type: 'failed', message: messageOf(error) } }),
          },
        );
      },
      answers.current.byKey.size === 0 ? 0 : restFor,
    );
    return () => {
      clearTimeout(timer);
      subscription?.unsubscribe();
    };
    // The data source is the same one as long as its id is.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [id, off]);

  const exact = answers.current.byKey.get(key);
  const known = useMemo(() => [...answers.current.byKey.values()], [settled, about]); // eslint-disable-line react-hooks/exhaustive-deps
  const state: WhatIfState =
    off !== null
      ? { type: 'off', reason: off }
      : exact
        ? { type: 'exact', exact }
        : settled?.id === id
          ? settled.state
          : { type: 'asking' };
  return { state, known };
}

function ask(
  request: DataQueryRequest | undefined,
  source: DataQuery['datasource'],
  range: TimeRange,
  query: { readonly view: string; readonly params: object },
): Observable<DataQueryResponse> {
  return from(getDataSourceSrv().get(source)).pipe(
    switchMap((dataSource) => {
      const asked = {
        ...(request ?? {}),
        // One id: Grafana itself drops an older request of the same.
        requestId: `sce-voice-what-if-${String(request?.panelId ?? 0)}`,
        range,
        targets: [{ refId: 'WhatIf', datasource: source, format: 'table', ...query }],
      } as unknown as DataQueryRequest;
      const answer = dataSource.query(asked);
      return isObservable(answer) ? answer : from(answer);
    }),
  );
}

function read(response: DataQueryResponse, candidates: Candidates): WhatIfState | null {
  // What fails as a whole, Grafana says in `error` alone.
  // eslint-disable-next-line @typescript-eslint/no-deprecated
  const error = response.errors?.[0] ?? response.error;
  if (error)
    return { type: 'failed', message: error.data?.message ?? error.message ?? 'The data source gave no reason.' };
  const frames = response.data as DataFrame[];
  const frame = frameWith(frames, requiredColumns);
  if (!frame) {
    if (response.state === LoadingState.Loading) return null;
    // Grafana leaves columns out of a frame without rows in some versions.
    if (frames.every(({ length }) => length === 0)) return exactOf(null, frames[0] ?? null, candidates);
    return { type: 'failed', message: `The view answered without ${requiredColumns.join(', ')}.` };
  }
  return exactOf(readAnswer(frame), frame, candidates);
}

function exactOf(answer: WhatIfAnswer | null, frame: DataFrame | null, candidates: Candidates): WhatIfState {
  const unit = frame?.fields.find(({ name }) => name === 'cost_today')?.config.unit ?? null;
  return {
    type: 'exact',
    exact: {
      candidates,
      answer,
      howComputed: frame && howComputed(frame),
      notices: (frame?.meta?.notices ?? []).map(({ text }) => text),
      moneyUnit: unit,
    },
  };
}

function remember(answers: Map<string, Exact>, key: string, exact: Exact): void {
  const oldest = answers.keys().next();
  if (answers.size >= mostRemembered && oldest.done !== true) answers.delete(oldest.value);
  answers.set(key, exact);
}

function messageOf(error: unknown): string {
  if (typeof error === 'object' && error !== null) {
    const { data, message } = error as { data?: { message?: unknown }; message?: unknown };
    if (typeof data?.message === 'string') return data.message;
    if (typeof message === 'string') return message;
  }
  return 'The data source gave no reason.';
}
