/** The part of a Grafana data frame that the panels read; tests need no more than this. */
export interface FieldLike {
  readonly name: string;
  readonly values: ArrayLike<unknown>;
}
export interface FrameLike<F extends FieldLike = FieldLike> {
  readonly refId?: string | undefined;
  readonly name?: string | undefined;
  readonly length: number;
  readonly fields: readonly F[];
}

/** The first frame that has every column of `required`; null when none has. */
export function frameWith<F extends FrameLike>(frames: readonly F[], required: readonly string[]): F | null {
  return frames.find((frame) => missingColumns(frame, required).length === 0) ?? null;
}

/** Columns of `required` that a frame lacks. */
export function missingColumns(frame: FrameLike, required: readonly string[]): string[] {
  const names = new Set(frame.fields.map(({ name }) => name));
  return required.filter((name) => !names.has(name));
}

/** Cells of one column, read by type. A column that is not there reads as null everywhere. */
export class Column {
  private readonly values: ArrayLike<unknown> | undefined;

  constructor(frame: FrameLike, name: string) {
    this.values = frame.fields.find((field) => field.name === name)?.values;
  }

  get isThere(): boolean {
    return this.values !== undefined;
  }

  /** Null for null, undefined and the empty text. */
  text(row: number): string | null {
    const value = this.values?.[row] as string | number | boolean | object | null | undefined;
    if (value === null || value === undefined || value === '') return null;
    return typeof value === 'object' ? JSON.stringify(value) : String(value);
  }

  /** Null for what is no finite number. Times are epoch milliseconds. */
  number(row: number): number | null {
    const value = this.values?.[row];
    if (value === null || value === undefined || value === '') return null;
    const number = value instanceof Date ? value.getTime() : Number(value);
    return Number.isFinite(number) ? number : null;
  }

  /** Epoch milliseconds; texts are read as ISO 8601. */
  time(row: number): number | null {
    const value = this.values?.[row];
    if (typeof value !== 'string') return this.number(row);
    const time = Date.parse(value);
    return Number.isNaN(time) ? null : time;
  }
}
