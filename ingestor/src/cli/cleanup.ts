import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import Table from 'cli-table3';
import { Option, type Command } from 'commander';
import { stringify } from 'yaml';
import { loadClientConfig, type ClientConfig } from '../config.ts';
import type { QueryFailure, QueryResponse, QueryResultBody } from '../contract/index.ts';
import { SceError, type ErrorCode } from '../errors.ts';
import { loadNames } from '../identity/names.ts';
import { writePrivately } from '../identity/private-file.ts';
import { connectToService } from './client.ts';
import { buildPlan, type CleanupPlan } from './cleanup-plan.ts';
import { formatNumber } from './format-number.ts';

interface PlanOptions {
  readonly out?: string;
  readonly format: 'yaml' | 'json';
  readonly rule?: string;
  readonly server?: string;
  readonly names: boolean;
  readonly force: boolean;
  readonly url?: string;
}

const rowsShown = 15;
const header = `# Clean-up plan for Posit Connect, to be reviewed. Nothing has been changed: making a plan only reads.
# Each item says which rules found it and why (evidence), whose it is, what it holds and costs. Items that stay are
# at the end with their reason (exempt). Write approve or keep beside decision. Names of owners are in this file only.
`;

/** `cleanup plan`: a file for people to review. It asks the service's own tables and no Connect server. */
export function cleanupCommand(program: Command): void {
  const cleanup = program.command('cleanup').description('what could be cleaned up on Posit Connect');
  cleanup
    .command('plan')
    .description('write a file for review: every item with its rule, evidence, owner, bytes and cost; changes nothing')
    .option('--out <file>', 'where to (default: cleanup-plan-<day>.yaml)')
    .addOption(new Option('--format <format>', 'of the file').choices(['yaml', 'json']).default('yaml'))
    .option('--rule <rule>', 'only findings of this rule, such as "never deployed"')
    .option('--server <name>', 'only this Connect server')
    .option('--no-names', 'without names and addresses of owners')
    .option('--force', 'replace a file that is there', false)
    .option('--url <url>', 'a service elsewhere, with SCE_READ_TOKEN of scope platform')
    .action(async (options: PlanOptions) => {
      const config = loadClientConfig();
      const now = new Date();
      const file = resolve(options.out ?? `cleanup-plan-${now.toISOString().slice(0, 10)}.${options.format}`);
      if (existsSync(file) && !options.force)
        throw new SceError(
          'BAD_REQUEST',
          `${file} is there and may hold decisions; name another with --out, or replace it with --force`,
        );
      const answer = await ask(options, config);
      // Names are this machine's own: a service elsewhere has given person keys.
      const names = options.names ? await loadNames(config.dataDir) : new Map<string, never>();
      const plan = buildPlan(answer, names, now);
      await writePrivately(file, renderPlan(plan, options.format));
      process.stdout.write(
        `${summaryTable(plan)}\nWritten to ${file} (readable by this account only). Nothing was changed.\n`,
      );
    });
}

async function ask(options: PlanOptions, config: ClientConfig): Promise<QueryResultBody> {
  const client = connectToService(config, { url: options.url });
  const { results } = await client.json<QueryResponse>('POST', '/api/v1/query', {
    queries: [
      {
        refId: 'A',
        view: 'connect-cleanup-items',
        params: { rule: options.rule ?? '', server: options.server ?? '', exempt: true },
      },
    ],
  });
  const result: QueryResultBody | QueryFailure | undefined = results['A'];
  if (result === undefined) throw new SceError('INTERNAL', `${client.url} did not answer the question`);
  if ('error' in result) throw new SceError(result.error.code as ErrorCode, result.error.message);
  return result;
}

/** The plan as a file's text. */
export function renderPlan(plan: CleanupPlan, format: 'yaml' | 'json'): string {
  return format === 'json' ? `${JSON.stringify(plan, null, 2)}\n` : `${header}${stringify(plan, { lineWidth: 120 })}`;
}

/** What a person reads first: figures by rule, and the largest items. */
export function summaryTable({ plan, summary, items }: CleanupPlan): string {
  const rules = newTable(['Rule', 'Items', 'Stay', 'Bytes']);
  for (const each of summary) rules.push([each.rule, each.items, each.exempt, formatNumber(each.bytes, 'bytes')]);
  const list = newTable(['Proposal', 'Name', 'Owner', 'Bytes', 'Cost a year', 'Evidence']);
  for (const item of items.slice(0, rowsShown))
    list.push([
      item.exempt === null ? item.proposal : `stays: ${item.exempt}`,
      item.name ?? item.content_guid,
      item.owner.name ?? item.owner.key ?? 'nobody known',
      item.bytes === null ? '–' : formatNumber(item.bytes, 'bytes'),
      costText(item.cost_year),
      item.findings.map(({ evidence }) => evidence).join('; '),
    ]);
  const more = items.length > rowsShown ? `… and ${items.length - rowsShown} more in the file\n` : '';
  return `Plan ${plan.id}, as of ${plan.as_of.slice(0, 16).replace('T', ' ')} UTC: ${items.length} items, ${items.filter(({ exempt }) => exempt !== null).length} of them stay\n\n${rules.toString()}\n\n${list.toString()}\n${more}${plan.notices.map((notice) => `Note: ${notice}\n`).join('')}`;
}

function costText({ runs, storage, currency }: CleanupPlan['items'][number]['cost_year']): string {
  if (runs === null && storage === null) return '–';
  return `${((runs ?? 0) + (storage ?? 0)).toFixed(2)} ${currency ?? ''}`;
}

function newTable(head: string[]): InstanceType<typeof Table> {
  return new Table({ head, style: { head: [], border: [], compact: true } });
}
