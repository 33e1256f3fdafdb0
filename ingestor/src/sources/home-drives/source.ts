import type { PollSource } from '../source.ts';
import { watchFiles } from '../dated-files.ts';
import { pollReport } from './poll.ts';

/** What home and project drives hold: quota reports and CSV of du. */
export const homeDrivesSource: PollSource = {
  kind: 'poll',
  id: 'home-drives',
  description: 'What home and project drives hold (repquota -O csv, CSV of du)',
  migrations: [new URL('tables.sql', import.meta.url)],

  instances(context) {
    return context.config.home_drives.reports.map((report) => ({
      name: report.name,
      schedule: report.schedule,
      poll: (run) => pollReport(report, run, context),
      ...(report.watch ? { watch: (changed: () => void) => watchFiles(report.path, changed) } : {}),
    }));
  },
};
