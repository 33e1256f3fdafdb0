import { Type } from 'typebox';
import { priceFact, priceNotices } from '../money/parameters.ts';
import { numberColumn, textColumn } from '../shared/columns.ts';
import { defineView, type ViewRow } from '../view.ts';
import { poolRows } from './answer.ts';
import { parseCandidates } from './candidates.ts';
import { loadRange } from './pools.ts';

const perBucket = 'mean over the five-minute buckets of the range';

export const whatIf = defineView({
  id: 'what-if',
  title: 'What if requests were smaller',
  topic: 'Cost',
  description:
    'Nodes, money and throttling with other default requests by role, against today’s requests packed the same way',
  parameters: Type.Object({
    candidates: Type.Array(Type.String(), {
      default: [],
      description:
        'role=cores or role=cores/GB for interactive containers, such as Analyst=2/16; * is every role without one of its own; none: as today',
    }),
    pool: Type.String({ default: '', description: 'Only this node pool (node type); empty: all' }),
  }),
  columns: [
    textColumn('cluster', 'Cluster', 'Nodes of several clusters are never packed together'),
    textColumn('pool', 'Pool', 'Node type; empty when not known'),
    textColumn('part', 'Part', 'nodes: what was packed; fits no node: containers larger than a node'),
    numberColumn(
      'node_cores',
      'Cores of a node',
      'suffix:cores',
      'Of the commonest shape: allocatable minus DaemonSets',
    ),
    numberColumn(
      'node_memory_gb',
      'Memory of a node',
      'suffix:GB',
      'Of the commonest shape: allocatable minus DaemonSets',
    ),
    numberColumn('containers', 'Containers', 'short', `Packed at a time, ${perBucket}`),
    numberColumn('nodes_today', 'Nodes today', 'short', `Whole nodes that today’s requests need, packed; ${perBucket}`),
    numberColumn(
      'nodes_candidate',
      'Nodes then',
      'short',
      `Whole nodes that the candidate requests need, packed; ${perBucket}`,
    ),
    numberColumn(
      'nodes_saved',
      'Nodes saved',
      'short',
      'nodes_today − nodes_candidate: packed against packed, never against the real nodes',
    ),
    numberColumn('most_nodes_today', 'Most nodes today', 'short', 'In the fullest bucket'),
    numberColumn('most_nodes_candidate', 'Most nodes then', 'short', 'In the fullest bucket'),
    numberColumn(
      'cost_today',
      'Cost today',
      'none',
      'Packed nodes × hours × what a node offers × price as of the day; empty without a price',
    ),
    numberColumn('cost_candidate', 'Cost then', 'none', 'The same with the candidate requests'),
    numberColumn('saving', 'Saving', 'none', 'cost_today − cost_candidate'),
    textColumn('currency', 'Currency', 'What the money is in'),
    numberColumn(
      'throttled_share',
      'Throttled',
      'percentunit',
      'Share of active container-buckets above the candidate request on a simulated node whose use exceeds what it offers',
    ),
    numberColumn(
      'throttled_share_upper',
      'Throttled, at most',
      'percentunit',
      'Share of active container-buckets above the candidate request',
    ),
    textColumn(
      'binding',
      'Binds',
      'The dimension that decides how many nodes the candidate needs: cores, memory or both',
    ),
  ],
  leastScope: 'aggregate',
  privacy: { kind: 'groups', attributes: [], slices: ['cluster', 'pool', 'part'], people: 'people', merge: {} },
  howComputed:
    'Every five-minute bucket of the range ({buckets}) is packed, without sampling: whole nodes of the pool’s commonest shape, allocatable minus DaemonSets; each container on its own, the largest max(core share, memory share) first, ties by id, on the first node with room. ' +
    'Buckets with the same containers are packed once. Role: as of the creation of the container. Candidates: {candidates}. ' +
    'Throttling: simulated on every bucket {window}; containers that were not active count with their mean use. Prices {prices}.',

  async run(context, { candidates: texts, pool: only }) {
    const candidates = parseCandidates(texts);
    const zone = context.config.organisation.time_zone;
    const loaded = await loadRange(context);
    const pools = loaded.pools.filter(({ pool }) => only === '' || pool.pool === only);
    const rows = pools.flatMap((pool) => poolRows(loaded, pool, candidates));
    const notices = priceNotices(
      loaded.book,
      rows.some(({ part, cost_today: cost }) => part === 'nodes' && cost === null),
    );
    if (candidates.size === 0) notices.push('No candidate is given: both sides are today’s requests');
    notices.push(...withheld(rows, context.config.views.small_groups.min_people));
    if (loaded.homeless > 0)
      notices.push(`${loaded.homeless} containers are left out: their node or its size is not known`);
    const { window } = loaded;
    return {
      rows,
      coverage: null,
      facts: {
        buckets: loaded.buckets,
        candidates: texts.join(', ') || 'none',
        window: window
          ? `of ${text(window.from)} to ${text(window.to)} (at most the last 14 complete days)`
          : '(no complete day in the range: none)',
        prices: priceFact(loaded.book, context.range, zone),
      },
      notices,
    };
  },
});

/** The runner hides these rows; a pool that is missing must not look like one that does not exist. */
function withheld(rows: readonly ViewRow[], minPeople: number): string[] {
  const pools = rows
    .filter(({ part, people }) => part === 'nodes' && Number(people) > 0 && Number(people) < minPeople)
    .map(({ cluster, pool }) => [cluster, pool].filter((each) => each !== '').join('/') || 'of unknown type');
  if (pools.length === 0) return [];
  return [
    `Node pool${pools.length > 1 ? 's' : ''} ${pools.join(', ')} ${pools.length > 1 ? 'are' : 'is'} withheld: fewer than ${minPeople} people are concerned, or fewer would be left`,
  ];
}

function text(time: Date): string {
  return `${time.toISOString().slice(0, 16)}Z`;
}
