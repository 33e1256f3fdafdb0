import { describe, expect, it } from 'vitest';
import { boards as definitions } from '../../../dashboards/src/boards/index.ts';
import { uids } from '../../../dashboards/src/boards/uids.ts';
import { views } from '../../../ingestor/src/views/index.ts';
import { boards } from '../boards.ts';
import { links, withLinks } from './links.ts';

describe('links', () => {
  it('lead to dashboards that exist', () => {
    const known = Object.values(uids) as string[];
    for (const uid of Object.values(boards)) expect(known).toContain(uid);
  });

  const all = Object.entries(links).flatMap(([view, list]) => list.map((link) => [view, link] as const));
  it.each(all)('of %s: column and variable exist (%o)', (view, { field, board, variable }) => {
    expect(views.find(({ id }) => id === view)?.columns.map(({ name }) => name)).toContain(field);
    const definition = definitions.find(({ uid }) => uid === board);
    expect(definition?.variables.map(({ name }) => name)).toContain(variable);
  });
});

describe('withLinks', () => {
  const frame = (values: string[]) =>
    ({ length: values.length, fields: [{ name: 'department', type: 'string', config: {}, values }] }) as never;

  it('adds the link of a column, with the time range', () => {
    const { fields } = withLinks(frame(['Biostatistics']), 'cost');
    expect(fields[0]?.config.links).toEqual([
      {
        title: 'Cost of ${__value.text}',
        url: '/d/sce-cost?var-department=${__value.raw:percentencode}&${__url_time_range}',
      },
    ]);
  });

  it('leaves a column that says nothing, and views without links, as they are', () => {
    expect(withLinks(frame(['all', 'all']), 'cost').fields[0]?.config.links).toBeUndefined();
    expect(withLinks(frame(['Biostatistics']), 'carbon').fields[0]?.config.links).toBeUndefined();
  });
});
