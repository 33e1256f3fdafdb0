import { Random, hashOf } from '../random.ts';
import type { ItemPlan } from './items.ts';
import type { Part } from './model.ts';

/** How many of each at full scale: 2,400 items, of which the talk's 707 were never deployed and 502 not seen in a year. */
const COUNTS: Readonly<Record<Part, number>> = {
  'never deployed': 707,
  'young and never deployed': 24,
  unseen: 502,
  seen: 753,
  pin: 60,
  api: 60,
  'api without hits': 20,
  'read schedule': 120,
  'forgotten schedule': 96,
  'mailed schedule': 40,
  'failing schedule': 12,
  crashing: 6,
};

/** Of one try after another: names and days ago; `deployed` marks the one that went well. */
interface Series {
  readonly name: string;
  readonly ago: readonly number[];
  readonly deployed: readonly number[];
  /** Which are dead by the rule. */
  readonly dead: readonly number[];
}

export const SERIES: readonly Series[] = [
  // The talk's twelve tries: the last one went well, eleven are dead.
  {
    name: 'TLF_shell',
    ago: [240, 238, 237, 230, 229, 220, 215, 214, 213, 205, 200, 199],
    deployed: [11],
    dead: range(11),
  },
  // Never: the newest stays, it may still become something.
  { name: 'dose_finder', ago: [90, 85, 80, 70, 60], deployed: [], dead: [0, 1, 2, 3] },
  // More than fourteen days between the second and the third: two series.
  { name: 'site_map', ago: [150, 140, 119, 110], deployed: [], dead: [0, 2] },
];

/** What every item is, before its details. Items of the series come first. */
export function itemPlans(seed: number, publishers: readonly number[], scale: number): readonly ItemPlan[] {
  const random = new Random(hashOf(seed, 'connect plans'));
  const plans: ItemPlan[] = [];
  const owners = publishers.slice(0, SERIES.length);
  for (const [index, { name, ago, deployed }] of SERIES.entries())
    for (const [at, createdAgo] of ago.entries())
      plans.push({
        part: deployed.includes(at) ? 'seen' : 'never deployed',
        name: at === 0 ? name : `${name.toLowerCase()}${at}`,
        ...(owners[index] === undefined ? {} : { owner: owners[index] }),
        createdAgo,
        deployedAgo: deployed.includes(at) ? createdAgo - 0.1 : null,
        ...(deployed.includes(at) ? { appMode: 'rmd-static' } : {}),
      });
  // The boundary: 29, 30 and 31 days, and the day itself is not yet "more than".
  for (const createdAgo of [29, 29.9]) plans.push({ part: 'young and never deployed', createdAgo, deployedAgo: null });
  for (const createdAgo of [30.1, 31]) plans.push({ part: 'never deployed', createdAgo, deployedAgo: null });
  for (const [part, count] of Object.entries(COUNTS) as [Part, number][]) {
    const planned = plans.filter((plan) => plan.part === part).length;
    const wanted = Math.max(part === 'never deployed' ? planned : 3, Math.round(count * scale));
    for (let at = planned; at < wanted; at++) plans.push(planOf(part, at, random));
  }
  return plans;
}

function planOf(part: Part, at: number, random: Random): ItemPlan {
  switch (part) {
    case 'never deployed':
      return { part, createdAgo: random.between(40, 1400), deployedAgo: null, locked: at % 200 === 5 };
    case 'young and never deployed':
      return { part, createdAgo: random.between(0.5, 28), deployedAgo: null };
    case 'unseen': {
      const createdAgo = random.between(380, 1450);
      return {
        part,
        createdAgo,
        deployedAgo: Math.min(createdAgo - 0.1, random.between(370, 1400)),
        // Locked and tagged ones are found as well, and stay.
        locked: at % 100 === 7,
        ...(at % 120 === 9 ? { tags: ['Keep', 'Safety'] } : {}),
      };
    }
    case 'pin':
      return { part, createdAgo: random.between(400, 900), deployedAgo: random.between(1, 390) };
    case 'api without hits':
      return { part, createdAgo: random.between(400, 900), deployedAgo: random.between(100, 390) };
    case 'forgotten schedule':
    case 'read schedule':
    case 'mailed schedule':
    case 'failing schedule':
      return { part, createdAgo: random.between(500, 1000), deployedAgo: random.between(400, 490) };
    case 'api':
    case 'crashing':
      return { part, createdAgo: random.between(200, 700), deployedAgo: random.between(20, 190) };
    case 'seen': {
      // Every tenth is old and still read: past its retention.
      const createdAgo = at % 10 === 3 ? random.between(1250, 1450) : random.between(5, 1000);
      return {
        part,
        createdAgo,
        deployedAgo: at % 10 === 3 ? random.between(1100, 1240) : random.between(1, Math.max(1.1, createdAgo - 1)),
        ...(at % 50 === 11 ? { title: 'Monthly figures' } : {}),
      };
    }
  }
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, at) => at);
}
