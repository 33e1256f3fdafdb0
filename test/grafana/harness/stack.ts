import { createOrganisation } from '../../support/organisation/index.ts';
import { replay } from '../../support/organisation/replay.ts';
import { startAdapter } from '../adapter.ts';

const PEOPLE = 80;

export interface Stack {
  /** The data source API of Grafana, answered by the plugin's real backend. */
  readonly url: string;
  readonly ingestorUrl: string;
  remove(): Promise<void>;
}

/** A real ingestor with a QuestDB of its own and the invented organisation in it, behind the plugin's real backend. */
export async function startStack({ now, days }: { readonly now: number; readonly days: number }): Promise<Stack> {
  const adapter = startAdapter();
  const organisation = createOrganisation({ now, days, people: PEOPLE, horizonDays: 1 });
  const played = await replay(organisation, {
    scrapeSeconds: 300,
    slowSeconds: 3600,
    config: { access: { read_token_scope: 'platform' } },
  });
  const { url, configure, stop } = await adapter;
  await configure('scevoice', {
    url: played.ingestor.url,
    // No person is signed in here: the token alone says what may be seen, and it may see everything.
    jsonData: { defaultScope: 'token' },
    secureJsonData: { token: 'replay-read' },
  });
  return {
    url,
    ingestorUrl: played.ingestor.url,
    remove: async () => {
      await stop();
      await played.remove();
    },
  };
}
