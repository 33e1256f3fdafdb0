import {
  Bool,
  Field,
  Float64,
  RecordBatch,
  Schema,
  Struct,
  Table,
  TimestampNanosecond,
  Utf8,
  makeData,
  tableToIPC,
  vectorFromArray,
  type Data,
  type DataType,
} from 'apache-arrow';
import type { ViewColumn } from '../contract/index.ts';
import type { ViewAnswer } from '../views/run-view.ts';
import type { CellValue } from '../warehouse/warehouse.ts';

export const arrowType = 'application/vnd.apache.arrow.file';

const latestMs = 2 ** 63 / 1e6;

/** What was asked, for the answer to say. */
export interface ArrowQuestion {
  readonly refId: string;
  readonly view: string;
  readonly params?: Readonly<Record<string, unknown>> | undefined;
  /** Columns whose values can be asked for by a parameter of the same name: a table offers them as filters. */
  readonly filters?: ReadonlySet<string>;
}

/**
 * One answer as an Arrow IPC file, the way Grafana's data frames are stored: schema metadata `name`, `refId`, `meta`; field
 * metadata `labels`, `config`; times in nanoseconds; every field nullable. Numbers and times are typed arrays.
 */
export function toArrowFile(question: ArrowQuestion, answer: ViewAnswer): Uint8Array {
  const columns = answer.columns.map((column, index) => ({ column, data: columnData(column, answer.rows, index) }));
  const fields = columns.map(
    ({ column, data }) =>
      new Field<DataType>(
        column.name,
        data.type,
        true,
        new Map([
          ['labels', '{}'],
          ['config', configOf(column, question.filters?.has(column.name) ?? false)],
        ]),
      ),
  );
  const schema = new Schema(
    fields,
    new Map([
      ['name', question.view],
      ['refId', question.refId],
      ['meta', metaOf(question, answer)],
    ]),
  );
  const batch = new RecordBatch(
    schema,
    makeData({
      type: new Struct(fields),
      length: answer.rows.length,
      nullCount: 0,
      children: columns.map(({ data }) => data),
    }),
  );
  return tableToIPC(new Table(schema, [batch]), 'file');
}

function columnData(column: ViewColumn, rows: readonly (readonly CellValue[])[], index: number): Data {
  const cell = (row: readonly CellValue[]): CellValue => row[index] ?? null;
  switch (column.type) {
    case 'number': {
      const values = new Float64Array(rows.length);
      const nulls = new NullBitmap(rows.length);
      for (const [at, row] of rows.entries()) {
        const value = cell(row);
        if (value === null) nulls.set(at);
        else values[at] = Number(value);
      }
      return makeData({ type: new Float64(), length: rows.length, data: values, ...nulls.data() });
    }
    case 'time': {
      const values = new BigInt64Array(rows.length);
      const nulls = new NullBitmap(rows.length);
      for (const [at, row] of rows.entries()) {
        const value = cell(row);
        const time = value === null ? NaN : new Date(value as Date | string | number).getTime();
        // Nanoseconds in 64 bits end in 2262; later ones would come back as another time.
        if (Math.abs(time) < latestMs) values[at] = BigInt(time) * 1_000_000n;
        else nulls.set(at);
      }
      return makeData({ type: new TimestampNanosecond(), length: rows.length, data: values, ...nulls.data() });
    }
    case 'boolean':
      return dataOf(vectorFromArray(rows.map(cell), new Bool()).data[0], new Bool());
    case 'string':
      return dataOf(
        vectorFromArray(
          rows.map((row) => textOf(cell(row))),
          new Utf8(),
        ).data[0],
        new Utf8(),
      );
  }
}

function dataOf<T extends Bool | Utf8>(data: Data<T> | undefined, type: T): Data {
  return data ?? (makeData({ type, length: 0 } as never) as Data);
}

function textOf(value: CellValue): string | null {
  return value === null ? null : value instanceof Date ? value.toISOString() : String(value);
}

/** Arrow's validity: a bit per row, least significant first, 1 = there is a value. */
class NullBitmap {
  readonly #bits: Uint8Array;
  #count = 0;

  constructor(length: number) {
    this.#bits = new Uint8Array(Math.ceil(length / 64) * 8).fill(0xff);
  }

  set(at: number): void {
    this.#bits[at >> 3] = (this.#bits[at >> 3] ?? 0) & ~(1 << (at & 7));
    this.#count++;
  }

  data(): { nullCount: number; nullBitmap: Uint8Array } {
    return { nullCount: this.#count, nullBitmap: this.#bits };
  }
}

function configOf(column: ViewColumn, isFilterable: boolean): string {
  return JSON.stringify({
    displayName: column.displayName,
    description: column.description,
    ...(column.unit === null ? {} : { unit: column.unit }),
    ...(isFilterable ? { filterable: true } : {}),
  });
}

/** Below this share of covered seconds an answer says so, wherever it is shown. */
const lowCoverage = 0.9;

function metaOf({ view, params }: ArrowQuestion, { meta }: ViewAnswer): string {
  const { notices, ...custom } = meta;
  const { coverage } = meta;
  const warning =
    coverage !== null && coverage < lowCoverage
      ? [
          {
            severity: 'warning',
            text: `Only ${Math.floor(coverage * 100)} % of the time is known; gaps are not counted as idle`,
          },
        ]
      : [];
  return JSON.stringify({
    custom: { ...custom, view },
    notices: [...warning, ...notices.map((text) => ({ severity: 'info', text }))],
    // Both are shown by the query inspector: "Stats" and "Query".
    stats:
      coverage === null
        ? []
        : [{ displayName: 'Coverage', unit: 'percentunit', value: coverage, description: 'Known ÷ alive seconds' }],
    executedQueryString: [
      `view ${view}`,
      ...Object.entries(params ?? {}).map(([name, value]) => `  ${name} = ${JSON.stringify(value)}`),
      `from ${meta.from.toISOString()} to ${meta.to.toISOString()}`,
      '',
      `How computed: ${meta.howComputed}`,
      `Coverage: ${coverage === null ? 'has no meaning here' : `${(coverage * 100).toFixed(1)} %`}`,
    ].join('\n'),
  });
}
