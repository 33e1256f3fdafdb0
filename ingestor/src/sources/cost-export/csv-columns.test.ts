import fc from 'fast-check';
import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { CsvColumns } from './csv-columns.ts';

/** Records with the wanted columns, and the lines they begin on. `sizes`: bytes of the chunks, used again and again. */
function read(text: string | Buffer, wanted: readonly number[], sizes: readonly number[] = [1 << 20]) {
  const found: { header: readonly string[]; records: string[][]; lines: number[] } = {
    header: [],
    records: [],
    lines: [],
  };
  const columns = new CsvColumns('a.csv', {
    header(cells) {
      found.header = cells;
      return wanted;
    },
    record(cells, line) {
      found.records.push([...cells]);
      found.lines.push(line);
    },
  });
  const data = Buffer.from(text);
  for (let at = 0, index = 0; at < data.length; index++) {
    const size = Math.max(1, sizes[index % sizes.length] ?? 1);
    columns.write(data.subarray(at, at + size));
    at += size;
  }
  columns.end();
  return found;
}

describe('CsvColumns', () => {
  it('wanted columns in the order that was asked for, and where each record begins', () => {
    expect(read('\uFEFFa,b,c\r\n1,"two\n""lines""",3\r\n\r\n4,,"6"\n7', [2, 1])).toEqual({
      header: ['a', 'b', 'c'],
      records: [
        ['3', 'two\n"lines"'],
        ['6', ''],
        ['', ''],
      ],
      lines: [2, 5, 6],
    });
  });

  it('reads what a general parser reads, however it is cut into chunks', () => {
    const cell = fc.string({ unit: fc.constantFrom('a', 'é', '"', ',', '\n', '\r\n', ' ', '€', '0') });
    const table = fc
      .array(fc.array(cell, { minLength: 3, maxLength: 3 }), { minLength: 1, maxLength: 12 })
      .map((rows) => [['one', 'two', 'three'], ...rows]);
    const written = (rows: string[][], newline: string): string =>
      rows.map((row) => row.map((each) => `"${each.replaceAll('"', '""')}"`).join()).join(newline);
    fc.assert(
      fc.property(
        table,
        fc.constantFrom('\n', '\r\n'),
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }),
        (rows, newline, sizes) => {
          const text = written(rows, newline);
          const [, ...records] = parse(text, { skip_empty_lines: true });
          expect(read(text, [0, 1, 2], sizes).records).toEqual(records);
        },
      ),
    );
  });

  it.each([
    ['a quote within a cell', 'a,b\n1,2"3"\n', 'a.csv line 2: a quote stands within a cell (column 2)'],
    ['text after a closing quote', 'a,b\n"1"2,3\n', 'a.csv line 2: a cell goes on after its closing quote (column 1)'],
    ['a quote that is not closed', 'a,b\n1,2\n"3,4\n', 'a.csv line 3: a quote is not closed'],
  ])('refuses %s', (_, text, message) => {
    expect(() => read(text, [0])).toThrow(message);
    expect(() => read(text, [0], [1])).toThrow(message);
  });

  it('memory stays bounded when a quote is never closed', () => {
    const open = Buffer.concat([Buffer.from('a,b\n1,"'), Buffer.alloc(5 << 20, 'x')]);
    expect(() => read(open, [0])).toThrow('line 2: a record is longer than 4 MiB');
  });
});
