import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { costExport } from '../support/organisation/emit/cost-export.ts';
import type { Organisation } from '../support/organisation/index.ts';
import type { Chapter } from './chapters.ts';

/** The provider's bill as a file; part of the service's configuration, which reads it at once. */
export async function writeCosts(
  organisation: Organisation,
  dataDir: string,
): Promise<Readonly<Record<string, unknown>>> {
  const file = join(dataDir, 'cost-export.csv');
  await writeFile(file, costExport(organisation));
  return { cost_export: { files: [file], services: ['AmazonEC2'] } };
}

/** What the bill adds to the story. */
export const costChapters = ({ frame }: Organisation): readonly Chapter[] => [
  {
    view: 'data-transfer',
    range: { from: frame.start, to: frame.now },
    sentence:
      'What moving data costs, from the provider’s bill: in the last days of a month a submission was sent out.',
    parameters: { interval: 'month' },
    columns: ['period', 'direction', 'bytes', 'cost', 'cost_per_gb', 'currency'],
  },
];
