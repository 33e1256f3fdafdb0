import { Type } from 'typebox';
import { priceFact, priceNotices } from '../money/parameters.ts';
import { numberColumn, textColumn } from '../shared/columns.ts';
import { packRange } from '../sizing/pack-range.ts';
import { planSizes, type Size } from '../sizing/size-plan.ts';
import { simulateThrottling, totalThrottling } from '../sizing/throttling.ts';
import { defineView, type ViewRow } from '../view.ts';
import { mean } from './answer.ts';
import { own, personPools, reserved, type PersonPool } from './person-pools.ts';
import { loadRange } from './pools.ts';

export const personWhatIf = defineView({
  id: 'person-what-if',
  title: 'What if my own request were smaller',
  topic: 'Cost',
  description: 'Money, nodes and throttling, had one’s own interactive containers asked for something else',
  parameters: Type.Object({
    cores: Type.Number({ default: 0, minimum: 0, maximum: 10_000, description: 'Cores to ask for; 0: as today' }),
    memory_gb: Type.Number({
      default: 0,
      minimum: 0,
      maximum: 1_000_000,
      description: 'GB (2^30 bytes) to ask for; 0: as today',
    }),
    person: Type.String({
      default: '',
      description: 'Person key; with the scope self always oneself',
    }),
  }),
  columns: [
    textColumn('person', 'Person', 'Person key (pseudonym)'),
    textColumn('cluster', 'Cluster', 'Of the nodes'),
    textColumn('pool', 'Pool', 'Node type; empty when not known'),
    numberColumn('container_hours', 'Container-hours', 'h', 'Of own interactive containers'),
    numberColumn('cores_today', 'Cores today', 'suffix:cores', 'Mean request over these hours'),
    numberColumn('cores_candidate', 'Cores then', 'suffix:cores', 'Mean request with the candidate'),
    numberColumn('memory_gb_today', 'Memory today', 'suffix:GB', 'Mean request over these hours'),
    numberColumn('memory_gb_candidate', 'Memory then', 'suffix:GB', 'Mean request with the candidate'),
    numberColumn('cost_today', 'Cost today', 'none', 'Reserved hours × price as of the day; empty without a price'),
    numberColumn('cost_candidate', 'Cost then', 'none', 'The same with the candidate'),
    numberColumn('saving', 'Saving', 'none', 'cost_today − cost_candidate'),
    textColumn('currency', 'Currency', 'What the money is in'),
    numberColumn(
      'nodes_saved',
      'Nodes saved',
      'short',
      'Whole nodes of the pool: packed today − packed with the candidate, everybody else as today; mean over the buckets',
    ),
    numberColumn('active_buckets', 'Active buckets', 'short', 'Own active container-buckets of the simulated days'),
    numberColumn(
      'throttled_share',
      'Throttled',
      'percentunit',
      'Share of own active container-buckets above the request on a simulated node whose use exceeds what it offers; empty in a pool of few people',
    ),
    numberColumn(
      'throttled_share_upper',
      'Throttled, at most',
      'percentunit',
      'Share of own active container-buckets above the request',
    ),
    textColumn('fits', 'Fits', 'yes, or no: such a container is larger than a node'),
  ],
  leastScope: 'self',
  privacy: { kind: 'persons', person: 'person', widenTo: 'day' },
  howComputed:
    'One’s own interactive containers with the candidate request ({candidate}), everybody else’s as today; packed and simulated as in what-if. Money: what one reserves × price as of the day: {prices}. Throttling: {window}.',

  async run(context, { cores, memory_gb: memoryGb, person: asked }) {
    const person = context.person ?? asked;
    const zone = context.config.organisation.time_zone;
    const loaded = await loadRange(context);
    const pools = person === '' ? [] : await personPools(loaded, person, zone);
    const leastPeople = context.config.views.small_groups.min_people;
    const candidate = (today: Size): Size => ({
      millicores: cores > 0 ? Math.round(cores * 1000) : today.millicores,
      memoryBytes: memoryGb > 0 ? Math.round(memoryGb * 2 ** 30) : today.memoryBytes,
    });
    const rows = pools.map((pool): ViewRow => ({
      person,
      ...poolRow(pool, candidate, leastPeople),
      currency: loaded.book.currency,
    }));
    const notices = priceNotices(
      loaded.book,
      rows.some((row) => row['cost_today'] === null),
    );
    if (person === '') notices.push('No person is given: set person to a person key, or ask with the scope self');
    return {
      rows,
      coverage: null,
      facts: {
        candidate: `${cores > 0 ? `${cores} cores` : 'cores as today'}, ${memoryGb > 0 ? `${memoryGb} GB` : 'memory as today'}`,
        prices: priceFact(loaded.book, context.range, zone),
        window: loaded.window
          ? `${loaded.window.from.toISOString().slice(0, 16)}Z to ${loaded.window.to.toISOString().slice(0, 16)}Z`
          : 'no complete day in the range',
      },
      notices,
    };
  },
});

function poolRow(pool: PersonPool, candidate: (today: Size) => Size, leastPeople: number): ViewRow {
  const { matrix, of } = pool;
  const isOwn = (type: number): boolean => matrix.types[type]?.role === own;
  const sizes = matrix.types.map((type, index): Size => (isOwn(index) ? candidate(type) : type));
  const plan = planSizes(sizes, of.pool.shape);
  const packed = packRange(matrix, plan);
  const test = of.use && totalThrottling(simulateThrottling(matrix, of.use, plan, isOwn), isOwn);
  const isFew = new Set([...of.users.values()].flatMap((users) => [...users])).size < leastPeople;
  const share = (count: number | undefined): number | null =>
    count === undefined || !test?.activeBuckets ? null : count / test.activeBuckets;
  const today = reserved(pool, (type) => matrix.types[type] ?? none);
  const then = reserved(pool, (type) => sizes[type] ?? none);
  const fits = matrix.types.every((_, type) => !isOwn(type) || plan.classOfSize[plan.sizeOfType[type] ?? 0] !== -1);
  return {
    cluster: of.pool.cluster,
    pool: of.pool.pool,
    container_hours: today.hours,
    cores_today: today.coreHours / today.hours,
    cores_candidate: then.coreHours / then.hours,
    memory_gb_today: today.gbHours / today.hours,
    memory_gb_candidate: then.gbHours / then.hours,
    cost_today: today.cost,
    cost_candidate: then.cost,
    saving: today.cost === null || then.cost === null ? null : today.cost - then.cost,
    nodes_saved: fits ? mean(of.today.nodes) - mean(packed.nodes) : null,
    active_buckets: test?.activeBuckets ?? null,
    throttled_share: isFew || !fits ? null : share(test?.throttled),
    throttled_share_upper: share(test?.above),
    fits: fits ? 'yes' : 'no',
  };
}

const none: Size = { millicores: 0, memoryBytes: 0 };
