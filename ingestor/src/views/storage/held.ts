import { Type } from 'typebox';
import type { PeopleHistory } from '../shared/people.ts';
import type { ViewContext } from '../view.ts';
import { loadClaims, type Claim } from './claims.ts';
import { loadHeldContent } from './content.ts';
import { loadHomes } from './homes.ts';

export const storeParameter = Type.Union([Type.Literal('volumes'), Type.Literal('homes'), Type.Literal('connect')], {
  default: 'volumes',
  description:
    'volumes of the clusters; homes: drives of quota reports, whose file systems are the clusters then; connect: content items of Posit Connect, by server',
});

/** What a figure is, by store. */
export const storeTexts = {
  volumes:
    'Volumes as the kubelet reports them, mean over the day, the highest of several mounting nodes and never their sum. A volume that is not mounted is not reported and keeps its last figures. ' +
    'Owner: the only person whose pods mounted the claim.',
  homes:
    'Home and project drives by the newest report of each file system (quota, du). Capacity is the soft limit, else the hard one. ' +
    'Owner: the account; left also when the account was removed.',
  connect: 'Bytes of all bundles of each content item of Connect, as the server tells, else the sum of their archives.',
};

/** What holds bytes, and what is to say about it. */
export interface Held {
  readonly claims: readonly Claim[];
  readonly listed: string;
  readonly notices: readonly string[];
}

/** What holds bytes at the end of the range in the store that was asked for. */
export async function loadHeld(
  context: ViewContext,
  people: PeopleHistory,
  places: { readonly store: keyof typeof storeTexts; readonly cluster: string; readonly namespace: string },
): Promise<Held> {
  if (places.store === 'homes') {
    const { claims, notices } = await loadHomes(context, people, places.cluster);
    return { claims, listed: 'Drives that the newest reports name', notices };
  }
  if (places.store === 'connect') {
    const { claims, withoutBefore } = await loadHeldContent(context, people, places.cluster);
    const items = `${withoutBefore} ${withoutBefore === 1 ? 'item is' : 'items are'} older than the range`;
    return {
      claims,
      listed: 'Items that exist at the end of the range',
      notices: withoutBefore > 0 ? [`${items}, and their bytes are not known before it: they count as not grown`] : [],
    };
  }
  const { claims, unreported, isListed } = await loadClaims(context, people, places);
  const some = `${unreported} ${unreported === 1 ? 'claim exists' : 'claims exist'}`;
  return {
    claims,
    listed: isListed
      ? 'Claims that kube-state-metrics lists'
      : 'kube-state-metrics lists no claims: deleted ones may be among these',
    notices:
      unreported > 0
        ? [`${some} that no pod has mounted since the data begin: nothing is known of what they hold`]
        : [],
  };
}
