import { uids } from '../boards/uids.ts';
import type { AlertRule } from './rule.ts';

/** Schedules of a few items are their owners' business; five at once have a cause that they share. */
const schedulesFailing: AlertRule = {
  uid: 'sce-connect-schedules',
  title: 'Scheduled content fails again and again',
  queries: { A: { view: 'connect-schedules', params: { state: 'failing' }, columns: ['state', 'items'] } },
  limit: { above: 4, until: 3 },
  hours: 24,
  severity: 'warning',
  summary: '{{ $values.A.Value }} scheduled items on Connect are failing',
  description:
    'The last three scheduled runs of {{ $values.A.Value }} items failed. The alert comes at five, since that many have a cause they share, and ends below three.',
  runbook: 'connect-schedules',
  panel: [uids.connectSchedules, 'Failing'],
};

const contentFailing: AlertRule = {
  uid: 'sce-connect-failing',
  title: 'More content fails than a week ago',
  queries: {
    A: { view: 'connect-cleanup', params: { rule: 'failing' }, columns: ['rule', 'items'] },
    Before: { view: 'connect-cleanup', params: { rule: 'failing' }, columns: ['rule', 'items'] },
  },
  daysAgo: { Before: 7 },
  math: '$A - $Before',
  limit: { above: 4, until: 3 },
  hours: 24,
  severity: 'warning',
  summary: '{{ $values.A.Value }} items on Connect are failing; a week ago there were {{ $values.Before.Value }}',
  description:
    'Failing: the last three scheduled runs failed, or three of the last five jobs crashed. The alert comes at five more than a week ago and ends below three.',
  runbook: 'connect-failing',
  panel: [uids.connectCleanup, 'Findings by rule'],
};

const cleanupGrowth: AlertRule = {
  uid: 'sce-connect-cleanup',
  title: 'What could be cleaned up on Connect grows',
  queries: {
    A: { view: 'connect-cleanup', columns: ['rule', 'items'] },
    Before: { view: 'connect-cleanup', columns: ['rule', 'items'] },
  },
  daysAgo: { Before: 7 },
  // Twenty more, and that in relation to what there was.
  math: '($A - $Before) / $Before * ($A - $Before >= 20)',
  limit: { above: 0.1, until: 0.05 },
  hours: 24,
  severity: 'info',
  summary:
    'Connect clean-up, {{ $labels.rule }}: {{ $values.A.Value }} findings, {{ humanizePercentage $values.Value.Value }} more than a week ago',
  description:
    'A week ago there were {{ $values.Before.Value }}. The alert comes at 10 % and twenty findings more, and ends below 5 %.',
  runbook: 'connect-cleanup',
  panel: [uids.connectCleanup, 'Findings by rule'],
};

const pipelineFailing: AlertRule = {
  uid: 'sce-batch-failing',
  title: 'A pipeline of AWS Batch fails in half of its runs',
  queries: {
    A: { view: 'batch-runs', params: { period: 'none' }, columns: ['pipeline', 'failed_share'] },
    B: { view: 'batch-runs', params: { period: 'none' }, columns: ['pipeline', 'runs'] },
  },
  // Of a few runs half fails easily.
  math: '$A * ($B >= 10)',
  limit: { above: 0.5, until: 0.25 },
  hours: 7 * 24,
  severity: 'warning',
  summary: '{{ $labels.pipeline }}: {{ humanizePercentage $values.A.Value }} of {{ $values.B.Value }} runs failed',
  description:
    'In the last seven days {{ humanizePercentage $values.A.Value }} of {{ $values.B.Value }} runs of {{ $labels.pipeline }} failed after all retries. The limit is 50 %; it ends below 25 %. Pipelines of few submitters are told together.',
  runbook: 'batch-failing',
  panel: [uids.batch, 'Pipelines'],
};

const pipelineCost: AlertRule = {
  uid: 'sce-batch-cost',
  title: 'A pipeline of AWS Batch costs twice as much as the week before',
  queries: {
    A: { view: 'batch-runs', params: { period: 'none' }, columns: ['pipeline', 'cost'] },
    Before: { view: 'batch-runs', params: { period: 'none' }, columns: ['pipeline', 'cost'] },
  },
  daysAgo: { Before: 7 },
  // Twice as much of little is little.
  math: '$A / $Before * ($A - $Before >= 50)',
  limit: { above: 2, until: 1.5 },
  hours: 7 * 24,
  severity: 'info',
  summary:
    '{{ $labels.pipeline }} cost {{ printf "%.0f" $values.A.Value }} in a week, and {{ printf "%.0f" $values.Before.Value }} in the week before',
  description:
    'Runs that ended in the last seven days, retries included, beside the seven days before. The alert comes at twice as much and 50 more, and ends below one and a half times.',
  runbook: 'batch-cost',
  panel: [uids.batch, 'Pipelines'],
};

/** About what is polled from other systems, which changes by the day. */
export const polledRules = [schedulesFailing, contentFailing, cleanupGrowth, pipelineFailing, pipelineCost] as const;
