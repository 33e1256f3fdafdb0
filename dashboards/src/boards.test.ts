import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { boards } from './boards/index.ts';
import { uids } from './boards/uids.ts';
import { generatedFiles } from './files.ts';
import { columnOf, viewOf } from './lib/catalog.ts';
import { buildBoard, row } from './lib/board.ts';
import { viewQuery } from './lib/query.ts';
import { stat } from './lib/panels/index.ts';
import { valuesOf } from './lib/variables.ts';
import { allBuilt, panelsOf, queriesOf, variablesIn } from './test-boards.ts';

const top = fileURLToPath(new URL('../../', import.meta.url));
const built = allBuilt();
const columnsOf = (view: string, columns: readonly string[] | undefined): string[] =>
  (columns ?? viewOf(view).columns.map(({ name }) => name)).map((name) => columnOf(view, name).name);

describe('generated files', () => {
  const files = generatedFiles();

  it.each([...files.keys()])('%s is what npm run dashboards writes', (path) => {
    expect(readFileSync(top + path, 'utf8')).toBe(files.get(path));
  });

  it('nothing else lies beside them', () => {
    const found = ['dashboards/team', 'dashboards/public'].flatMap((folder) =>
      readdirSync(top + folder).map((name) => `${folder}/${name}`),
    );
    expect(found.filter((path) => !files.has(path))).toEqual([]);
  });
});

describe.each(built)('$name', ({ audience, dashboard }) => {
  const panels = panelsOf(dashboard);
  const asked = queriesOf({ name: dashboard.uid ?? '', audience, dashboard });

  it('has panels with ids of their own that do not overlap', () => {
    const all = dashboard.panels ?? [];
    expect(panels.length).toBeGreaterThan(2);
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
    const taken = new Set<string>();
    for (const { gridPos, title } of all) {
      const { x = 0, y = 0, w = 0, h = 0 } = gridPos ?? {};
      expect(w * h, title).toBeGreaterThan(0);
      expect(x + w, title).toBeLessThanOrEqual(24);
      for (let column = x; column < x + w; column++)
        for (let line = y; line < y + h; line++) {
          expect(taken.has(`${String(column)} ${String(line)}`), title).toBe(false);
          taken.add(`${String(column)} ${String(line)}`);
        }
    }
  });

  it('says of every panel what it says and how that is computed', () => {
    expect(dashboard.description).toMatch(/^.{20,}$/);
    for (const { title, description, type } of panels) {
      expect(description?.length, title).toBeGreaterThan(10);
      if (type !== 'text') expect(description, title).toMatch(/View `[a-z-]+`/);
      if (type !== 'text') expect(title).toMatch(/^[A-Z].{2,}/);
    }
  });

  it('has a unit for every number, and a text where there is no data', () => {
    for (const { panel, query } of asked) {
      expect(panel.fieldConfig?.defaults.unit, panel.title).toBeTruthy();
      expect(panel.fieldConfig?.defaults.noValue, panel.title).toBeTruthy();
      for (const name of columnsOf(query.view, query.columns)) {
        const column = columnOf(query.view, name);
        if (column.type === 'number') expect(column.unit, `${query.view}.${name}`).not.toBeNull();
      }
    }
  });

  it('ends no axis of numbers where shares do', () => {
    for (const { type, fieldConfig } of panels) if (type === 'trend') expect(fieldConfig?.defaults.max).toBeUndefined();
  });

  it('refers only to variables it has', () => {
    const own = (dashboard.templating.list ?? []).map(({ name }) => name);
    const used = [...asked.map(({ query }) => query.params), ...panels.map(({ datasource }) => datasource ?? {})];
    for (const name of used.flatMap(variablesIn)) expect(own).toContain(name);
    // Each is there for a reason.
    for (const name of own) expect(used.flatMap(variablesIn), name).toContain(name);
  });

  it('asks the data source of the dashboard', () => {
    const uid = audience === 'public' ? 'sce-voice' : '${datasource}';
    for (const { query, panel } of asked) {
      expect((query as unknown as { datasource: unknown }).datasource).toEqual({
        type: 'scevoice-platform-datasource',
        uid,
      });
      expect(panel.datasource?.uid).toBe(uid);
    }
  });

  it('names only columns that its queries answer', () => {
    for (const { panel, query } of asked) {
      const names = columnsOf(query.view, query.columns);
      const shown = names.map((name) => columnOf(query.view, name).displayName);
      expect(new Set(shown).size, panel.title).toBe(shown.length);
      for (const { matcher } of panel.fieldConfig?.overrides ?? [])
        if (matcher.id === 'byName') expect(names, panel.title).toContain(matcher.options);
      for (const { id, options } of panel.transformations ?? []) {
        const text = JSON.stringify(options);
        const said = [
          ...text.matchAll(/"(?:field|rowField|columnField|valueField|targetField)":"([^"]+?)(?: \(sum\))?"/g),
        ];
        for (const [, name] of said) expect(shown, `${panel.title ?? ''}: ${id}`).toContain(name);
      }
    }
  });

  it('links to dashboards and variables that are there', () => {
    const known: string[] = Object.values(uids);
    const text = JSON.stringify(dashboard);
    for (const [, uid = ''] of text.matchAll(/\/d\/([a-z-]+)/g)) expect(known).toContain(uid);
    for (const [, uid = '', name = ''] of text.matchAll(/\/d\/([a-z-]+)[^"]*?var-(\w+)=/g)) {
      const target = boards.find((board) => board.uid === uid);
      expect(
        target?.variables.map((variable) => variable.name),
        uid,
      ).toContain(name);
    }
    if (audience === 'public') expect(text).not.toContain('/d/');
  });

  it('shows groups only where it may be shared', () => {
    if (audience !== 'public') return;
    expect(dashboard.templating.list ?? []).toEqual([]);
    expect(dashboard.annotations.list ?? []).toEqual([]);
    expect(JSON.stringify(asked.map(({ query }) => query))).not.toContain('$');
    for (const { query } of asked) expect(viewOf(query.view).privacy.kind, query.view).not.toBe('persons');
  });

  it('answers in the first screen', () => {
    const first = asked.filter(({ panel }) => (panel.gridPos?.y ?? 99) < 8);
    if (dashboard.uid !== uids.runbooks) expect(first.length).toBeGreaterThan(0);
  });
});

describe('mistakes are found when the files are made', () => {
  it.each([
    ['a view', () => viewQuery('A', { view: 'idle-coers' }), /there is no view "idle-coers"/],
    ['a parameter', () => viewQuery('A', { view: 'cost', params: { departement: 'X' } }), /no parameter "departement"/],
    ['a value', () => viewQuery('A', { view: 'cost', params: { period: 'year' } }), /period/],
    ['a column', () => viewQuery('A', { view: 'cost', columns: ['price'] }), /no column "price"/],
    ['a variable', () => valuesOf('departement', { label: 'X', view: 'cost' }), /no parameter "departement"/],
  ])('%s that is not there', (_, make, message) => {
    expect(make).toThrow(message);
  });

  it('a row that is too wide', () => {
    const panel = (board: Parameters<typeof stat>[0]) =>
      stat(board, { title: 'T', says: 'S', query: { view: 'cost', columns: ['cost'] } });
    const wide = { uid: 'x', title: 'X', description: 'X', variables: [] };
    expect(() => buildBoard({ ...wide, rows: (board) => [row(4, [13, panel(board)], [13, panel(board)])] })).toThrow(
      'a row is 26 wide',
    );
  });
});
