import type { WarehouseReader } from '../warehouse.ts';

interface Span {
  readonly from: number;
  readonly department: string | null;
}

export interface DepartmentSegment {
  readonly from: Date;
  readonly to: Date;
  readonly department: string | null;
}

/** Who was in which department when, by person key. Before somebody's first row that row holds. */
export class Departments {
  readonly #spans = new Map<string, Span[]>();
  /** Other keys of people, such as of an address that is no user name. */
  readonly #aliases = new Map<string, string>();

  static async load(reader: WarehouseReader): Promise<Departments> {
    const departments = new Departments();
    const rows = await reader.rows<{ timestamp: Date; person_key: string | null; department: string | null }>(
      'select timestamp, person_key, department from people order by timestamp',
    );
    for (const { timestamp, person_key: key, department } of rows) {
      if (key === null) continue;
      const spans = departments.#spans.get(key);
      const span = { from: timestamp.getTime(), department };
      if (spans === undefined) departments.#spans.set(key, [span]);
      else spans.push(span);
    }
    const aliases = await reader.rows<{ key: string | null; person_key: string | null }>(
      'select key, person_key from identities latest on timestamp partition by key',
    );
    for (const { key, person_key: person } of aliases)
      if (key !== null && person !== null) departments.#aliases.set(key, person);
    return departments;
  }

  /** Null: not in the directory, or without a department. */
  at(key: string, time: Date): string | null {
    const spans = this.#spansOf(key);
    return (spans?.findLast(({ from }) => from <= time.getTime()) ?? spans?.[0])?.department ?? null;
  }

  /** A time span cut where the department changes; at least one piece. */
  segments(key: string, from: Date, to: Date): DepartmentSegment[] {
    const turns = (this.#spansOf(key) ?? [])
      .map((span) => span.from)
      .filter((at) => at > from.getTime() && at < to.getTime());
    const edges = [from.getTime(), ...turns, to.getTime()];
    const segments: DepartmentSegment[] = [];
    for (const [index, start] of edges.slice(0, -1).entries()) {
      const department = this.at(key, new Date(start));
      const last = segments.at(-1);
      const end = new Date(edges[index + 1] ?? to.getTime());
      if (last?.department === department) segments[segments.length - 1] = { ...last, to: end };
      else segments.push({ from: new Date(start), to: end, department });
    }
    return segments;
  }

  #spansOf(key: string): readonly Span[] | undefined {
    return this.#spans.get(key) ?? this.#spans.get(this.#aliases.get(key) ?? '');
  }
}
