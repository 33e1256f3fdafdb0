import { Type } from 'typebox';
import { attributeColumns, numberColumn, textColumn, timeColumn } from '../shared/columns.ts';
import { PeopleHistory } from '../shared/people.ts';
import { defineView } from '../view.ts';
import { ownerStates } from './claims.ts';
import { loadHeld, storeParameter, storeTexts } from './held.ts';
import { storageFilters } from './view.ts';

export const storageClaims = defineView({
  id: 'storage-claims',
  title: 'Storage, claim by claim',
  topic: 'Storage',
  description:
    'Every volume claim, home drive or content item with its owner, what it holds, how it grows, and whether the owner has left',
  parameters: Type.Object({
    owner: Type.Union(
      (['', ...ownerStates] as const).map((state) => Type.Literal(state)),
      {
        default: '',
        description: 'left: homes of leavers; empty: all',
      },
    ),
    store: storeParameter,
    ...storageFilters,
  }),
  columns: [
    textColumn('claim', 'Claim', 'Pseudonym of the claim or drive; guid of content'),
    textColumn('cluster', 'Cluster', 'Kubernetes cluster, file system or server'),
    textColumn('namespace', 'Namespace', 'Kubernetes namespace'),
    textColumn(
      'user',
      'Owner',
      'Pseudonym of the only person whose pods mounted it, of the account, or of who deployed it; empty: shared or unattributed',
    ),
    textColumn('owner', 'State', 'employed, left, shared, unattributed'),
    ...attributeColumns.map((column) => ({
      ...column,
      description: 'Of the owner at the end of the range; of leavers the last known',
    })),
    timeColumn('left_on', 'Left', 'Last day of employment'),
    numberColumn('used_bytes', 'Used', 'bytes', 'Mean of the last reported day'),
    numberColumn('capacity_bytes', 'Capacity', 'bytes', 'As last reported'),
    numberColumn('used_share', 'Full', 'percentunit', 'used_bytes ÷ capacity_bytes'),
    numberColumn(
      'growth_bytes',
      'Growth',
      'bytes',
      'used_bytes − what was used before the range; whole when new in it',
    ),
    timeColumn('last_day', 'Last mounted', 'Last day on which a node reported it'),
  ],
  leastScope: 'self',
  privacy: { kind: 'persons', person: 'user' },
  howComputed: '{store} {listed}. No file names are read.',

  async run(context, { owner: wanted, ...places }) {
    const { range, config, reader, now } = context;
    const until = range.to < now ? range.to : now;
    const people = await PeopleHistory.load(reader, config.organisation.time_zone);
    const { claims, listed, notices } = await loadHeld(context, people, places);
    const rows = claims
      .filter(({ state }) => wanted === '' || state === wanted)
      .map(({ owner, state, ...claim }) => ({
        ...claim,
        user: owner,
        owner: state,
        ...people.columns(owner, until),
        left_on: people.asOf(owner, until)?.left_on ?? null,
        used_share: claim.used_bytes !== null && claim.capacity_bytes ? claim.used_bytes / claim.capacity_bytes : null,
        growth_bytes: claim.used_bytes === null ? null : claim.used_bytes - (claim.used_before_bytes ?? 0),
      }))
      .sort((a, b) => (b.used_bytes ?? 0) - (a.used_bytes ?? 0));
    return {
      rows,
      coverage: null,
      facts: { store: storeTexts[places.store], listed },
      notices,
    };
  },
});
