import { readFileSync } from 'node:fs';
import { SceError, isSceError, messageOf } from '../../errors.ts';
import type { HttpClientOptions } from '../http-client.ts';
import { readSecret } from '../secret.ts';
import type { Forge } from './config.ts';

/** Without `Retry-After` a secondary limit of GitHub is over after a minute at the earliest, by its documentation. */
const secondaryLimitSeconds = 60;

/** Name, token and connection of a forge; `header` makes of the token what the forge expects. Throws `INVALID_CONFIG`. */
export async function forgeAccess(
  forge: Forge,
  kind: string,
  header: (token: string) => Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<Omit<HttpClientOptions, 'baseUrl'>> {
  const name = `${kind} ${forge.name}`;
  const token = await readSecret(forge.token_env, forge.token_file, name);
  if (token === '')
    throw new SceError('INVALID_CONFIG', `${name}: there is no token; name it in token_env or token_file`);
  return {
    name,
    headers: header(token),
    timeoutMs: forge.timeout_seconds * 1000,
    parallel: forge.parallel,
    ...(forge.ca_file === '' ? {} : { ca: readCa(forge, name) }),
    signal,
  };
}

function readCa({ ca_file: file }: Forge, name: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new SceError('INVALID_CONFIG', `${name}: cannot read ca_file: ${messageOf(error)}`, { cause: error });
  }
}

/** `absent`: 404, 410 — not there, or not for this token; `forbidden`: 403, 451 — there, and not for this token. */
export type Refusal = 'absent' | 'forbidden';

/**
 * What one thing is refused with. Throws everything else: what is wrong with the token itself (401, too small a scope, single
 * sign-on) and limits of requests (403 or 429 with the time to come back), which say nothing about the thing.
 */
export function refusalOf(error: unknown): Refusal {
  if (!isSceError(error) || error.retryAfterSeconds !== undefined) throw error;
  const status = statusOf(error);
  if (status === 404 || status === 410) return 'absent';
  if (status !== 403 && status !== 451) throw error;
  if (/secondary rate limit|abuse detection/iu.test(error.message))
    throw new SceError('SOURCE_FAILED', error.message, {
      details: error.details,
      retryAfterSeconds: secondaryLimitSeconds,
      cause: error,
    });
  if (/insufficient_scope|\bSAML\b|single sign-on|IP allow list|suspended/iu.test(error.message))
    throw new SceError('SOURCE_FAILED', `${error.message}: the token has too few rights, or lost them`, {
      details: { ...error.details, isOfToken: true },
      cause: error,
    });
  return 'forbidden';
}

/** Null where the thing is refused: what is stored of it stays. */
export async function unlessRefused<T>(ask: () => Promise<T>): Promise<T | null> {
  try {
    return await ask();
  } catch (error) {
    refusalOf(error);
    return null;
  }
}

/** Whether a failure is the forge's or the token's: then it is no use to ask for the next repository. */
export function isOfForge(error: SceError): boolean {
  return (
    error.details['status'] === 401 || error.details['isOfToken'] === true || error.retryAfterSeconds !== undefined
  );
}

export function statusOf(error: unknown): number {
  return isSceError(error) ? Number(error.details['status']) : Number.NaN;
}

/** What changes while it is listed may come twice. */
export function distinctById<T extends { readonly id: string }>(items: readonly T[]): T[] {
  return [...new Map(items.map((item) => [item.id, item])).values()];
}
