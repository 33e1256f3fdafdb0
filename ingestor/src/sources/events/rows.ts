import type { Pseudonymiser } from '../../identity/pseudonym.ts';
import { normaliseUser } from '../../identity/normalise-user.ts';
import { SceError, messageOf } from '../../errors.ts';
import { platformEventRow } from '../../warehouse/platform-events.ts';
import type { Row } from '../../warehouse/warehouse.ts';
import type { EventsConfig } from './config.ts';
import type { DecodedEvent } from './decode.ts';

export type RowMaker = (event: DecodedEvent, receivedAt: Date) => Row;

/** Compiles the configuration once. Throws `INVALID_CONFIG` for a pattern that is not a regular expression. */
export function createRowMaker(config: EventsConfig, pseudonymiser: Pseudonymiser): RowMaker {
  const agents = config.monitor_user_agents.map(compile);
  const monitors = new Set(config.monitor_users.map(normaliseUser));
  const isMonitor = (event: DecodedEvent['event']): boolean => {
    const agent = 'userAgent' in event ? event.userAgent : undefined;
    const user = 'user' in event ? event.user : undefined;
    return (
      (agent !== undefined && agents.some((pattern) => pattern.test(agent))) ||
      (user !== undefined && monitors.has(normaliseUser(user)))
    );
  };
  return ({ event, at }, receivedAt) => {
    const { bot, source, ...facts } = { bot: false, source: 'portal', ...event };
    return platformEventRow(
      { ...facts, at, source, bot: bot || isMonitor(event) },
      { pseudonymiser, receivedAt, sessionLabel: config.session_label },
    );
  };
}

function compile(pattern: string): RegExp {
  try {
    return new RegExp(pattern, 'i');
  } catch (error) {
    throw new SceError(
      'INVALID_CONFIG',
      `events.monitor_user_agents: "${pattern}" is not a regular expression: ${messageOf(error)}`,
      { cause: error },
    );
  }
}
