import type { JsonCell, ViewColumn } from '../../ingestor/src/contract/index.ts';

/** A frame as Grafana's backend gives it to its frontend. */
export interface JsonFrame {
  readonly schema: {
    readonly name?: string;
    readonly refId?: string;
    readonly meta?: Readonly<Record<string, unknown>> & {
      readonly custom?: Readonly<Record<string, unknown>>;
      readonly notices?: readonly { readonly severity: string; readonly text: string }[];
      readonly stats?: readonly { readonly displayName: string; readonly value: number }[];
      readonly executedQueryString?: string;
    };
    readonly fields: readonly {
      readonly name: string;
      readonly type: string;
      readonly labels?: Readonly<Record<string, string>>;
      readonly config?: Readonly<Record<string, unknown>>;
    }[];
  };
  readonly data: { readonly values: readonly (readonly JsonCell[])[] };
}

export interface FrameResult {
  readonly status: number;
  readonly error?: string;
  readonly errorSource?: string;
  readonly frames?: readonly JsonFrame[];
}

export type FrameResults = Readonly<Record<string, FrameResult>>;

/** Rows of a frame with times as the JSON API writes them. */
export function rowsOf({ schema, data }: JsonFrame): JsonCell[][] {
  const length = data.values[0]?.length ?? 0;
  return Array.from({ length }, (_, row) =>
    schema.fields.map(({ type }, column) => {
      const cell = data.values[column]?.[row] ?? null;
      return type === 'time' && typeof cell === 'number' ? new Date(cell).toISOString() : cell;
    }),
  );
}

/** What a frame says about its columns, as the JSON API does. */
export function columnsOf({ schema }: JsonFrame): ViewColumn[] {
  return schema.fields.map(({ name, type, config }) => ({
    name,
    displayName: (config?.['displayName'] as string | undefined) ?? '',
    type: type as ViewColumn['type'],
    unit: (config?.['unit'] as string | undefined) ?? null,
    description: (config?.['description'] as string | undefined) ?? '',
  }));
}
