import { InvalidArgumentError, Option, type Command } from 'commander';
import { stringify } from 'csv-stringify/sync';
import { loadClientConfig } from '../config.ts';
import type { QueryFailure, QueryResponse, QueryResultBody } from '../contract/index.ts';
import { SceError, type ErrorCode } from '../errors.ts';
import { parseTime } from '../views/range.ts';
import { connectToService } from './client.ts';
import { renderTable } from './render-table.ts';

interface ViewOptions {
  readonly from?: string;
  readonly to?: string;
  readonly param: Readonly<Record<string, string>>;
  readonly format: 'table' | 'csv' | 'json';
  readonly url?: string;
}

export function viewCommand(program: Command): void {
  program
    .command('view <id>')
    .description('ask a view of the running service and print the answer (sce-voice catalog lists the views)')
    .option('--from <time>', 'start: ISO 8601, epoch milliseconds or now-30d (default: 30 days before the end)')
    .option('--to <time>', 'end (default: now)')
    .option('--param <k=v>', 'parameter of the view; may be repeated', collect, {})
    .addOption(new Option('--format <format>', 'how to print').choices(['table', 'csv', 'json']).default('table'))
    .option('--url <url>', 'a service elsewhere, with SCE_READ_TOKEN')
    .action(async (id: string, options: ViewOptions) => {
      const result = await askView(id, options);
      process.stdout.write(print(id, result, options.format));
    });
}

async function askView(id: string, options: ViewOptions): Promise<QueryResultBody> {
  const client = connectToService(loadClientConfig(), { url: options.url });
  const { results } = await client.json<QueryResponse>('POST', '/api/v1/query', {
    queries: [{ refId: 'A', view: id, params: options.param }],
    ...rangeOf(options),
  });
  const result = results['A'];
  if (result === undefined) throw new SceError('INTERNAL', `${client.url} did not answer the question`);
  if (isFailure(result))
    throw new SceError(result.error.code as ErrorCode, result.error.message, { details: result.error.details });
  return result;
}

function rangeOf({ from, to = 'now' }: ViewOptions): { range?: { from: string; to: string } } {
  if (from !== undefined) return { range: { from, to } };
  if (to === 'now') return {};
  const end = parseTime(to, '--to', new Date());
  return { range: { from: new Date(end.getTime() - 30 * 86_400_000).toISOString(), to: end.toISOString() } };
}

function isFailure(result: QueryResultBody | QueryFailure): result is QueryFailure {
  return 'error' in result;
}

function print(id: string, result: QueryResultBody, format: ViewOptions['format']): string {
  switch (format) {
    case 'json':
      return `${JSON.stringify(result, null, 2)}\n`;
    case 'csv':
      return toCsv(result);
    case 'table':
      return renderTable(result, id, { colours: process.stdout.isTTY && process.stdout.hasColors() });
  }
}

/** RFC 4180 with the column names as header; empty for null, full precision: the cells of the JSON answer. */
export function toCsv({ columns, rows }: QueryResultBody): string {
  return stringify([columns.map(({ name }) => name), ...rows], {
    cast: { boolean: String },
    record_delimiter: 'windows',
  });
}

function collect(text: string, sofar: Readonly<Record<string, string>>): Record<string, string> {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('it should look like name=value.');
  const name = text.slice(0, at);
  // Repeated: a list, as Grafana's multi-value variables send it.
  const before = sofar[name];
  return { ...sofar, [name]: before === undefined ? text.slice(at + 1) : `${before},${text.slice(at + 1)}` };
}
