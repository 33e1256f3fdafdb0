import { describe, expect, it } from 'vitest';
import type { CatalogEntry } from '../../ingestor/src/contract/index.ts';
import { boards } from './boards.ts';
import { links } from './datasource/links.ts';
import { parameterFields } from './datasource/parameters.ts';
import { fiveQuestions } from './pages/five-questions.ts';
import { figureQuestions } from './pages/figure-questions.ts';

interface Board {
  readonly uid: string;
  readonly variables: readonly { readonly name: string }[];
}

/** What other workspaces export, which have compilers and rules of their own. */
const load = async <T>(path: string): Promise<T> => (await import(/* @vite-ignore */ path)) as T;
const { views } = await load<{ views: readonly CatalogEntry[] }>('../../ingestor/src/views/index.ts');
const { boards: definitions } = await load<{ boards: readonly Board[] }>('../../dashboards/src/boards/index.ts');

/** The plugin names views, columns, parameters and dashboards by hand; here they are held against those that exist. */
describe('links', () => {
  it('lead to dashboards that exist', () => {
    const known = definitions.map(({ uid }) => uid);
    for (const uid of Object.values(boards)) expect(known).toContain(uid);
  });

  it('of the home page, with those of its frame and of the dashboards themselves, reach every dashboard', () => {
    const elsewhere = [boards.overview, boards.quality, boards.runbooks, boards.batchItems];
    const reached = [...fiveQuestions.flatMap((question) => question.boards.map(({ uid }) => uid)), ...elsewhere];
    expect(definitions.map(({ uid }) => uid).filter((uid) => !reached.includes(uid))).toEqual([]);
  });

  const all = Object.entries(links).flatMap(([view, list]) => list.map((link) => [view, link] as const));
  it.each(all)('of %s: column and variable exist (%o)', (view, { field, board, variable }) => {
    expect(views.find(({ id }) => id === view)?.columns.map(({ name }) => name)).toContain(field);
    const definition = definitions.find(({ uid }) => uid === board);
    expect(definition?.variables.map(({ name }) => name)).toContain(variable);
  });
});

describe('parameterFields', () => {
  it.each(views.map((each) => [each.id, each] as const))('understands every parameter of %s', (_, { parameters }) => {
    for (const { name, description, ...kind } of parameterFields({ parameters })) {
      expect(description, name).not.toBe('');
      if (kind.kind === 'choice' || kind.kind === 'choices') expect(kind.options.length, name).toBeGreaterThan(0);
    }
  });
});

describe('the figures of the home page', () => {
  it.each(Object.values(figureQuestions))('ask what $view knows', ({ view, params }) => {
    const known = views.find(({ id }) => id === view);
    const names = parameterFields({ parameters: known?.parameters }).map(({ name }) => name);
    expect(known).toBeDefined();
    for (const name of Object.keys(params ?? {})) expect(names).toContain(name);
  });
});
