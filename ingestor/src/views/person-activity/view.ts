import { Type } from 'typebox';
import { readSql } from '../../warehouse/sql.ts';
import { completeWeeks, dayMs } from '../people/active-weeks.ts';
import { loadDirectory } from '../people/directory.ts';
import { activityParameters } from '../people/parameters.ts';
import { defineView, type ViewRow } from '../view.ts';

const sql = readSql(import.meta.url, 'query.sql');

export const personActivity = defineView({
  id: 'person-activity',
  title: 'Own activity',
  topic: 'Use',
  description:
    'Active days, active time and visits of a person by week: one’s own, or of everybody by pseudonym for the platform',
  parameters: Type.Object(activityParameters),
  columns: [
    {
      name: 'week',
      displayName: 'Week',
      type: 'time',
      unit: null,
      description: 'Its Monday (as a date), of local days',
    },
    { name: 'person', displayName: 'Person', type: 'string', unit: null, description: 'Person key (pseudonym)' },
    {
      name: 'active_days',
      displayName: 'Active days',
      type: 'number',
      unit: 'short',
      description: 'Local days that are active by the basis',
    },
    {
      name: 'active_seconds',
      displayName: 'Active time',
      type: 'number',
      unit: 's',
      description: 'Covered time of five-minute buckets with at least 0.1 core on average',
    },
    {
      name: 'visits',
      displayName: 'Visits',
      type: 'number',
      unit: 'short',
      description: 'Visits that the platform told',
    },
  ],
  leastScope: 'self',
  privacy: { kind: 'persons', person: 'person', widenTo: 'week' },
  howComputed:
    'Complete weeks of local days. Active day by {basis}: at least 5 active covered minutes at 0.1 core (cpu), a visit, or either (both); component {component}. Active time is no presence.',

  async run({ reader, range, now, config, person }, { component, basis }) {
    const directory = await loadDirectory(reader);
    const { from, to } = completeWeeks(range, now, config.organisation.time_zone, directory.timeZones);
    const rows = await reader.rows<Record<string, never> & ViewRow>(sql, [
      new Date(from - dayMs),
      new Date(to + dayMs),
      new Date(from),
      new Date(to),
      component,
      basis,
      person ?? '',
    ]);
    return { rows, coverage: null, facts: { basis, component } };
  },
});
