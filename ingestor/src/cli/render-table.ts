import Table from 'cli-table3';
import type { JsonCell, QueryResultBody, ViewColumn } from '../contract/index.ts';
import { formatNumber } from './format-number.ts';

const barWidth = 20;
const eighths = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

export interface TableStyle {
  readonly colours: boolean;
}

/** An answer as a table for a terminal: numbers with their units, bars beside the main one, what it means below. */
export function renderTable({ columns, rows, meta }: QueryResultBody, title: string, style: TableStyle): string {
  const dim = (text: string): string => (style.colours ? `\u001b[2m${text}\u001b[22m` : text);
  const bold = (text: string): string => (style.colours ? `\u001b[1m${text}\u001b[22m` : text);
  const bars = barsOf(columns, rows);
  const heads = [...columns.map(({ displayName }) => displayName), ...(bars ? [''] : [])];
  const table = new Table({
    head: heads.map(bold),
    colAligns: [
      ...columns.map(({ type }) => (type === 'number' ? ('right' as const) : ('left' as const))),
      ...(bars ? ['left' as const] : []),
    ],
    style: { head: [], border: [], compact: true },
    chars: {
      top: '',
      'top-mid': '',
      'top-left': '',
      'top-right': '',
      bottom: '',
      'bottom-mid': '',
      'bottom-left': '',
      'bottom-right': '',
      left: '',
      'left-mid': '',
      mid: '',
      'mid-mid': '',
      right: '',
      'right-mid': '',
      middle: '  ',
    },
  });
  for (const [index, row] of rows.entries())
    table.push([...row.map((cell, at) => formatCell(cell, columns[at])), ...(bars ? [bars[index] ?? ''] : [])]);
  const lines = [
    `${bold(title)}  ${dim(`${meta.from.slice(0, 16).replace('T', ' ')} – ${meta.to.slice(0, 16).replace('T', ' ')} UTC`)}`,
    '',
    rows.length > 0 ? table.toString() : 'No rows.',
    '',
    dim(`How computed: ${meta.howComputed}`),
    dim(
      `${meta.rowCount} ${meta.rowCount === 1 ? 'row' : 'rows'}${meta.coverage === null ? '' : `, coverage ${formatNumber(meta.coverage, 'percentunit')}`}`,
    ),
    ...meta.notices.map((notice) => `Note: ${notice}`),
  ];
  return `${lines.join('\n')}\n`;
}

function formatCell(cell: JsonCell, column: ViewColumn | undefined): string {
  if (cell === null) return '–';
  if (typeof cell === 'number') return formatNumber(cell, column?.unit ?? null);
  if (column?.type === 'time') return String(cell).slice(0, 19).replace('T', ' ');
  // Control characters of a stored text must not reach the terminal.
  // eslint-disable-next-line no-control-regex
  return String(cell).replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, '�');
}

/** A bar for each row: the first numeric column with a positive value, as a share of its largest. */
function barsOf(columns: readonly ViewColumn[], rows: QueryResultBody['rows']): string[] | null {
  const at = columns.findIndex(
    ({ type }, index) => type === 'number' && rows.some((row) => Number(row[index] ?? 0) > 0),
  );
  if (at < 0 || rows.length < 2) return null;
  const values = rows.map((row) => Math.max(0, Number(row[at] ?? 0)));
  const largest = Math.max(...values);
  return values.map((value) => {
    const parts = Math.round((value / largest) * barWidth * 8);
    return '█'.repeat(Math.floor(parts / 8)) + (eighths[parts % 8] ?? '');
  });
}
