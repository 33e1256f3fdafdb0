import { Type } from 'typebox';
import { numberColumn, textColumn, timeColumn } from '../../../ingestor/src/views/shared/columns.ts';
import { defineView, type ViewRow } from '../../../ingestor/src/views/view.ts';

const departments = ['Biostatistics', 'Genomics', 'Imaging', 'Pharmacology', 'Clinical'];
const roles = ['Analyst', 'Statistician', 'Engineer', 'Manager'];
const start = Date.parse('2026-01-01T00:00:00Z');
const made = new Map<number, readonly ViewRow[]>();

/** As many rows as are asked for, of every type, one in ten cells empty; made once. */
export const rowsView = defineView({
  id: 'rows',
  title: 'Rows',
  topic: 'Bench',
  description: 'Rows from memory',
  parameters: Type.Object({ rows: Type.Integer({ default: 100, minimum: 0, description: 'How many' }) }),
  columns: [
    timeColumn('at', 'At', 'When'),
    textColumn('department', 'Department', 'Whose'),
    textColumn('role', 'Role', 'Whose'),
    { name: 'is_manager', displayName: 'Manager', type: 'boolean', unit: null, description: 'Whether' },
    ...['a', 'b', 'c', 'd'].map((name) => numberColumn(name, name, 'short', 'How much')),
  ],
  leastScope: 'aggregate',
  privacy: { kind: 'none' },
  howComputed: 'made up',
  run: (_, { rows }) => {
    const known = made.get(rows) ?? Array.from({ length: rows }, (__, index) => rowOf(index));
    made.set(rows, known);
    return Promise.resolve({ rows: known, coverage: 1 });
  },
});

function rowOf(index: number): ViewRow {
  const groups = departments.length * roles.length * 2;
  const number = (factor: number): number | null => (index % 10 === factor ? null : index * factor * 0.37);
  return {
    at: new Date(start + Math.floor(index / groups) * 60_000),
    department: departments[index % departments.length] ?? null,
    role: roles[Math.floor(index / departments.length) % roles.length] ?? null,
    is_manager: Math.floor(index / (departments.length * roles.length)) % 2 === 1,
    a: number(1),
    b: number(2),
    c: number(3),
    d: number(4),
  };
}
