import { Option, type Command } from 'commander';
import { loadClientConfig } from '../config.ts';
import type { Catalog } from '../contract/index.ts';
import { connectToService } from './client.ts';

export function catalogCommand(program: Command): void {
  program
    .command('catalog')
    .description('list the views of the running service, with their parameters')
    .addOption(new Option('--format <format>', 'how to print').choices(['table', 'json']).default('table'))
    .option('--url <url>', 'a service elsewhere, with SCE_READ_TOKEN')
    .action(async ({ format, url }: { format: 'table' | 'json'; url?: string }) => {
      const catalog = await connectToService(loadClientConfig(), { url }).json<Catalog>('GET', '/api/v1/catalog');
      process.stdout.write(format === 'json' ? `${JSON.stringify(catalog, null, 2)}\n` : list(catalog));
    });
}

function list({ views }: Catalog): string {
  return views
    .map(({ id, title, topic, leastScope, description, parameters }) => {
      const { properties = {} } = parameters as {
        properties?: Record<string, { default?: unknown; description?: string }>;
      };
      const lines = Object.entries(properties).map(
        ([name, schema]) => `    --param ${name}=${JSON.stringify(schema.default ?? '')}  ${schema.description ?? ''}`,
      );
      return [`${id}  (${topic}, scope ${leastScope})`, `  ${title}: ${description}`, ...lines].join('\n');
    })
    .join('\n\n')
    .concat('\n');
}
