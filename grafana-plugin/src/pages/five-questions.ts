import type { IconName } from '@grafana/data';
import { boards } from '../boards.ts';
import type { FigureName } from './figure-questions.ts';

export interface FiveQuestion {
  readonly figure: FigureName;
  readonly icon: IconName;
  /** Name of a hue of the theme. */
  readonly hue: 'blue' | 'orange' | 'purple' | 'green' | 'red';
  readonly question: string;
  readonly says: string;
  readonly boards: readonly { readonly title: string; readonly uid: string }[];
}

export const fiveQuestions: readonly FiveQuestion[] = [
  {
    figure: 'cost',
    icon: 'credit-card',
    hue: 'blue',
    question: 'What does it cost?',
    says: 'Per department, role and kind of work, with what nobody uses as a line of its own, a forecast and the days that cost more than usual.',
    boards: [
      { title: 'Cost', uid: boards.cost },
      { title: 'Batch runs', uid: boards.batch },
      { title: 'Carbon', uid: boards.carbon },
    ],
  },
  {
    figure: 'idle',
    icon: 'clock-nine',
    hue: 'orange',
    question: 'What lies idle?',
    says: 'How many cores containers really use, with what they request drawn over it. Drag the request and see nodes, money and throttling change.',
    boards: [{ title: 'Idle cores and right-sizing', uid: boards.idle }],
  },
  {
    figure: 'churn',
    icon: 'layer-group',
    hue: 'purple',
    question: 'What becomes of containers?',
    says: 'Created, visited, deleted, and by whom: kept alive for nothing, never visited, thrown away after a day. And on which R and Python they run.',
    boards: [
      { title: 'Life cycle and churn', uid: boards.lifeCycle },
      { title: 'Workspaces one by one', uid: boards.workspaces },
      { title: 'Runtime versions', uid: boards.runtimes },
    ],
  },
  {
    figure: 'users',
    icon: 'users-alt',
    hue: 'green',
    question: 'Who uses it?',
    says: 'Departments by how often they come, active people by week, and those who have access and never came. Groups only; small ones are merged.',
    boards: [
      { title: 'Departments and frequency', uid: boards.departments },
      { title: 'Packages and repositories', uid: boards.packages },
    ],
  },
  {
    figure: 'storage',
    icon: 'trash-alt',
    hue: 'red',
    question: 'What can be cleaned up?',
    says: 'Volumes of people who have left, content on Connect that nobody looks at, schedules that nobody reads or that fail.',
    boards: [
      { title: 'Connect clean-up', uid: boards.connectCleanup },
      { title: 'Schedules and failures', uid: boards.connectSchedules },
    ],
  },
];
