import { stat } from 'node:fs/promises';
import type { PollOutcome, PollRun, PollSource, SourceContext } from '../source.ts';
import { summaryOf, writeCharges, writeSummary } from './import.ts';
import { readCostExports } from './read-files.ts';

/** Invoices of the provider: FOCUS and AWS CUR exports. Files of the configuration are read again when they change. */
export const costExportSource: PollSource = {
  kind: 'poll',
  id: 'cost-export',
  description: 'What the provider charges: FOCUS and AWS CUR exports (CSV, also gzipped); by hand: import-costs',
  migrations: [new URL('tables.sql', import.meta.url), new URL('tables.2.sql', import.meta.url)],

  instances(context) {
    const { files, schedule } = context.config.cost_export;
    return files.length > 0 ? [{ name: 'files', schedule, poll: (run) => importChanged(files, run, context) }] : [];
  },
};

async function importChanged(
  files: readonly string[],
  run: PollRun,
  { warehouse }: SourceContext,
): Promise<PollOutcome> {
  const state = await Promise.all(files.map(async (path) => `${path} ${await versionOf(path)}`));
  if (JSON.stringify(run.state) === JSON.stringify(state))
    return { state, rowsRead: 0, rowsWritten: 0, complete: true };
  const sums = await readCostExports(files, (done, total) => run.progress(done, total, 'bytes'));
  let rowsRead = 0;
  let rowsWritten = 0;
  for (const period of sums.periods.values()) {
    rowsRead += period.lineItems + period.splitLineItems;
    const parts = summaryOf(period, run.startedAt, files.length);
    if (!parts) continue;
    await writeCharges(warehouse.writer, parts.summary.importId, parts.charges);
    await writeSummary(warehouse.writer, parts.summary, run.startedAt);
    rowsWritten += parts.charges.length + 1;
  }
  return { state, rowsRead, rowsWritten, complete: true };
}

async function versionOf(path: string): Promise<string> {
  return stat(path).then(
    ({ size, mtimeMs }) => `${size} ${mtimeMs}`,
    () => 'absent',
  );
}
