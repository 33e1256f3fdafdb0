import { describe, expect, it } from 'vitest';
import { withLinks } from './links.ts';

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
