import { request } from 'undici';
import { renderTable } from '../../ingestor/src/cli/render-table.ts';
import type {
  Catalog,
  JsonCell,
  QueryFailure,
  QueryResponse,
  QueryResultBody,
} from '../../ingestor/src/contract/index.ts';
import type { Organisation } from '../support/organisation/index.ts';
import { chapters } from './chapters.ts';
import type { Chapter } from './chapters.ts';
import type { DemoService } from './service.ts';

const ROWS_SHOWN = 12;
/** Columns of a view that has no chapter: more do not fit beside each other. */
const COLUMNS_SHOWN = 6;
/** Characters of a text in a table: names of merged groups are as long as the groups are many. */
const TEXT_SHOWN = 36;

/** Asks every view of the catalogue and prints what it says. Returns the ids of those that failed. */
export async function printSummary(
  service: DemoService,
  organisation: Organisation,
  write: (text: string) => void,
): Promise<readonly string[]> {
  const { views } = await call<Catalog>(service, 'GET', '/api/v1/catalog');
  const known = chapters(organisation);
  const failed: string[] = [];
  const order = [...known.map(({ view }) => view), ...views.map(({ id }) => id)];
  for (const id of new Set(order)) {
    const entry = views.find((view) => view.id === id);
    if (entry === undefined) continue;
    for (const chapter of known
      .filter(({ view }) => view === id)
      .concat(
        known.some(({ view }) => view === id) ? [] : [{ view: id, sentence: entry.description, parameters: {} }],
      )) {
      const result = await ask(service, organisation, chapter);
      const colours = process.stdout.isTTY;
      write(`\n${heading(chapter.sentence, colours)}\n`);
      if ('error' in result) {
        failed.push(id);
        write(`${entry.title} failed: ${result.error.message}\n`);
      } else write(folded(renderTable(narrowed(result, chapter), entry.title, { colours })));
    }
  }
  return failed;
}

async function ask(
  service: DemoService,
  { frame }: Organisation,
  chapter: Chapter,
): Promise<QueryResultBody | QueryFailure> {
  const range = chapter.range ?? { from: frame.now - 30 * 86_400_000, to: frame.now };
  const body = {
    queries: [{ refId: 'A', view: chapter.view, params: chapter.parameters }],
    range: { from: new Date(range.from).toISOString(), to: new Date(range.to).toISOString() },
    ...(chapter.points === undefined ? {} : { maxDataPoints: chapter.points }),
  };
  const { results } = await call<QueryResponse>(service, 'POST', '/api/v1/query', body);
  const result = results['A'];
  if (result === undefined) throw new Error(`${chapter.view} was not answered`);
  return result;
}

/** The columns a chapter wants, and the first rows. */
function narrowed(result: QueryResultBody, chapter: Chapter): QueryResultBody {
  const wanted = chapter.columns?.flatMap((name) => {
    const at = result.columns.findIndex((column) => column.name === name);
    return at < 0 ? [] : [at];
  });
  const at = wanted === undefined || wanted.length === 0 ? tellingColumns(result) : wanted;
  const most = chapter.rows ?? ROWS_SHOWN;
  const more = result.rows.length - most;
  return {
    columns: at.flatMap((i) => result.columns[i] ?? []),
    rows: result.rows.slice(0, most).map((row) => at.map((i) => shortened(row[i] ?? null))),
    meta:
      more > 0
        ? {
            ...result.meta,
            notices: [...result.meta.notices, `the first ${String(most)} rows of ${String(result.rows.length)}`],
          }
        : result.meta,
  };
}

function shortened(cell: JsonCell): JsonCell {
  return typeof cell === 'string' && cell.length > TEXT_SHOWN ? `${cell.slice(0, TEXT_SHOWN - 1)}…` : cell;
}

/** The first columns that say something: not empty, and not `all` in every row. */
function tellingColumns({ columns, rows }: QueryResultBody): readonly number[] {
  return columns
    .map((_, i) => i)
    .filter((i) => rows.length === 0 || rows.some((row) => row[i] !== null && row[i] !== 'all'))
    .slice(0, COLUMNS_SHOWN);
}

function heading(sentence: string, colours: boolean): string {
  const line = `── ${sentence}`;
  return colours ? `\u001b[36m${line}\u001b[39m` : line;
}

/** Breaks the running text below a table at the width of the terminal; tables stay as they are. */
function folded(text: string): string {
  const width = Math.max(60, Math.min(120, process.stdout.columns || 110));
  return text
    .split('\n')
    .flatMap((line) => (/(?:How computed|Note): /.test(line) ? fold(line, width) : [line]))
    .join('\n');
}

function fold(line: string, width: number): string[] {
  const lines: string[] = [];
  let rest = line;
  while (rest.length > width) {
    const at = rest.lastIndexOf(' ', width);
    if (at <= 2) break;
    lines.push(rest.slice(0, at));
    rest = `  ${rest.slice(at + 1)}`;
  }
  return [...lines, rest];
}

async function call<T>(service: DemoService, method: 'GET' | 'POST', path: string, body?: unknown): Promise<T> {
  const answer = await request(`${service.url}${path}`, {
    method,
    headersTimeout: 120_000,
    bodyTimeout: 120_000,
    headers: {
      authorization: `Bearer ${service.token}`,
      accept: 'application/json',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.body.text();
  if (answer.statusCode >= 300) throw new Error(`${path} answered ${String(answer.statusCode)}: ${text.slice(0, 300)}`);
  return JSON.parse(text) as T;
}
