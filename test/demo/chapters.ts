import type { Organisation } from '../support/organisation/index.ts';

/** One question of the summary. A view that is not in the catalogue is left out; one without a chapter is shown as it is. */
export interface Chapter {
  readonly view: string;
  /** What to see in the answer. */
  readonly sentence: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  /** Columns to show, of those that exist; default: all. */
  readonly columns?: readonly string[];
  /** Default: the last 30 days. */
  readonly range?: { readonly from: number; readonly to: number };
}

/** The story in its order. */
export function chapters({ frame }: Organisation): readonly Chapter[] {
  const all = { from: frame.start, to: frame.now };
  return [
    {
      view: 'idle-cores',
      sentence: 'Statisticians reserve sixteen cores and use a twentieth of one; data scientists use theirs.',
      parameters: {},
    },
    {
      view: 'user-activity',
      sentence: 'One simulation scientist used 2,971 CPU-hours in the last complete month.',
      parameters: {},
      range: frame.month,
    },
    {
      view: 'department-frequency',
      sentence: 'Who is here daily, weekly, monthly, less. Departments under five people join a sibling.',
      parameters: {},
    },
    {
      view: 'container-lifecycle',
      sentence: 'What becomes of workspaces, and who ends them.',
      parameters: {},
      range: all,
    },
    {
      view: 'container-churn',
      sentence: 'One user opened eleven containers of the same image in a month, each for a day.',
      parameters: {},
      range: frame.month,
    },
    { view: 'container-survival', sentence: 'How long workspaces live.', parameters: {}, range: all },
    {
      view: 'runtime-versions',
      sentence: 'R 4.3 gives way to 4.4; a five-year-old R 4.0.0 is kept alive.',
      parameters: {},
      range: all,
    },
    { view: 'storage', sentence: 'Home drives and their growth.', parameters: {} },
    {
      view: 'data-quality',
      sentence:
        'What arrived, how complete it is, and what was refused. In the history, what is sent every hour fills one bucket in twelve.',
      parameters: {},
    },
  ];
}
