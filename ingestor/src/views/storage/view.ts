import { Type } from 'typebox';
import { attributeParameter, groupByParameter } from '../parameters.ts';
import { attributeColumns, numberColumn, personAttributes, textColumn } from '../shared/columns.ts';
import { groupRows, sortRows } from '../shared/group-rows.ts';
import { PeopleHistory } from '../shared/people.ts';
import { defineView } from '../view.ts';
import { loadClaims, ownerStates, type OwnerState } from './claims.ts';

/** From this share on a volume counts as nearly full. */
const nearlyFull = 0.9;
export const storageFilters = {
  cluster: Type.String({ default: '', description: 'Only this cluster; empty: all' }),
  namespace: Type.String({ default: '', description: 'Only this namespace; empty: all' }),
};

export const storage = defineView({
  id: 'storage',
  title: 'Storage',
  topic: 'Storage',
  description: 'What home and other volumes hold, how they grow, and what leavers have left behind',
  parameters: Type.Object({
    group_by: groupByParameter(personAttributes),
    department: attributeParameter('department'),
    role: attributeParameter('role'),
    is_manager: attributeParameter('is_manager'),
    owner: Type.Union(
      (['', ...ownerStates] as const).map((state) => Type.Literal(state)),
      {
        default: '',
        description: 'Only claims of such owners; empty: all',
      },
    ),
    ...storageFilters,
  }),
  columns: [
    ...attributeColumns.map((column) => ({
      ...column,
      description: `Of the owner at the end of the range; of leavers the last known. ${column.description}`,
    })),
    textColumn(
      'owner',
      'Owner',
      'employed; left: has left by the directory; shared: pods of several people mounted it; unattributed: nobody known',
    ),
    numberColumn('claims', 'Claims', 'short', 'Volume claims that exist at the end of the range'),
    numberColumn('used_bytes', 'Used', 'bytes', 'Σ of the last reported day (mean over the day)'),
    numberColumn('capacity_bytes', 'Capacity', 'bytes', 'Σ as last reported'),
    numberColumn('used_share', 'Full', 'percentunit', 'used_bytes ÷ capacity_bytes'),
    numberColumn(
      'growth_bytes',
      'Growth',
      'bytes',
      'used_bytes − what was used before the range; a claim that is new in it counts whole',
    ),
    numberColumn('nearly_full', 'Nearly full', 'short', `Claims of which ${nearlyFull * 100} % are used`),
    numberColumn('unmounted', 'Unmounted', 'short', 'Claims that nobody mounted in the range: their figures are older'),
    numberColumn('people', 'People', 'short', 'Owners'),
  ],
  leastScope: 'aggregate',
  privacy: {
    kind: 'groups',
    attributes: personAttributes,
    splits: [{ column: 'owner' }],
    people: 'people',
    dominance: [
      { sum: 'used_bytes', largest: 'largest_used_bytes' },
      { sum: 'capacity_bytes', largest: 'largest_capacity_bytes' },
    ],
    merge: {
      claims: 'sum',
      used_bytes: 'sum',
      capacity_bytes: 'sum',
      used_share: { ratio: ['used_bytes', 'capacity_bytes'] },
      growth_bytes: 'sum',
      nearly_full: 'sum',
      unmounted: 'sum',
    },
  },
  howComputed:
    'Volumes as the kubelet reports them, mean over the day, the highest of several mounting nodes and never their sum. A volume that is not mounted is not reported and keeps its last figures. ' +
    'Owner: the only person whose pods mounted the claim. {listed}. GB = 2^30 bytes. No file names are read.',

  async run(context, parameters) {
    const { range, config, reader, now, attributes } = context;
    const until = range.to < now ? range.to : now;
    const people = await PeopleHistory.load(reader, config.organisation.time_zone);
    const { claims, unreported, isListed } = await loadClaims(context, people, parameters);
    const cells = groupRows(
      claims
        .filter(({ state }) => parameters.owner === '' || state === parameters.owner)
        .map((claim) => {
          const [used, capacity] = [claim.used_bytes ?? 0, claim.capacity_bytes ?? 0];
          return {
            keys: { ...people.columns(claim.owner, until, attributes), owner: claim.state },
            person: claim.owner,
            amounts: {
              claims: 1,
              used_bytes: used,
              capacity_bytes: capacity,
              growth_bytes: used - (claim.used_before_bytes ?? 0),
              nearly_full: capacity > 0 && used >= nearlyFull * capacity ? 1 : 0,
              unmounted: claim.last_day < range.from ? 1 : 0,
            },
          };
        }),
    );
    const rows = cells.map((row) => ({
      ...row,
      used_share: Number(row['capacity_bytes']) > 0 ? Number(row['used_bytes']) / Number(row['capacity_bytes']) : null,
      order: ownerStates.indexOf(row['owner'] as OwnerState),
    }));
    return {
      rows: sortRows(rows, [...personAttributes, 'order']),
      coverage: null,
      facts: {
        listed: isListed
          ? 'Claims that kube-state-metrics lists'
          : 'kube-state-metrics lists no claims: deleted ones may be among these',
      },
      notices:
        unreported > 0
          ? [
              `${unreported} ${unreported === 1 ? 'claim exists' : 'claims exist'} that no pod has mounted since the data begin: nothing is known of what they hold`,
            ]
          : [],
    };
  },
});
