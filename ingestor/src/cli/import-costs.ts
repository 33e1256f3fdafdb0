import { SingleBar, Presets } from 'cli-progress';
import type { Command } from 'commander';
import { loadClientConfig } from '../config.ts';
import { summaryOf } from '../sources/cost-export/import.ts';
import { readCostExports } from '../sources/cost-export/read-files.ts';
import { connectToService } from './client.ts';

/** As many as the service takes at once. */
const CHARGES_A_REQUEST = 5000;

/** `import-costs <files…>`: reads here, as a stream, and hands the sums to the service. */
export function importCostsCommand(program: Command): void {
  program
    .command('import-costs <files...>')
    .description(
      'import cost exports (FOCUS or AWS CUR, .csv or .csv.gz); all files of a billing period together, it is replaced',
    )
    .option('--url <url>', 'a service elsewhere, with SCE_READ_TOKEN of scope platform')
    .action(async (files: string[], { url }: { url?: string }) => {
      const sums = await read(files);
      const at = new Date();
      const config = loadClientConfig();
      for (const period of sums.periods.values()) {
        const parts = summaryOf(period, at, files.length);
        if (!parts) continue;
        const { summary, charges } = parts;
        // A client is for one request: it closes its connection.
        for (let from = 0; from < charges.length; from += CHARGES_A_REQUEST)
          await connectToService(config, { url }).json('POST', '/api/v1/cost-exports/charges', {
            importId: summary.importId,
            charges: charges.slice(from, from + CHARGES_A_REQUEST),
          });
        await connectToService(config, { url }).json('POST', '/api/v1/cost-exports', summary);
        process.stdout.write(
          `${summary.billingAccount} ${summary.billingPeriod}: ${summary.lineItems} line items, ${summary.billedCost.toFixed(2)} ${summary.currency}` +
            `${summary.splitLineItems > 0 ? `, ${summary.splitLineItems} split rows left out (they repeat their instance)` : ''}; replaces what was imported before\n`,
        );
      }
    });
}

async function read(files: readonly string[]): ReturnType<typeof readCostExports> {
  if (!process.stderr.isTTY) return readCostExports(files);
  const bar = new SingleBar(
    { stream: process.stderr, format: '{bar} {percentage} % of {total} MB, {eta} s left' },
    Presets.shades_classic,
  );
  bar.start(0, 0);
  try {
    return await readCostExports(files, (done, total) => {
      bar.setTotal(Math.ceil(total / 1e6));
      bar.update(Math.round(done / 1e6));
    });
  } finally {
    bar.stop();
  }
}
