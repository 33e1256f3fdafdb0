import { serviceReady } from '../metrics.ts';
import { messageOf } from '../errors.ts';

export interface ReadinessCheck {
  readonly name: string;
  /** Null when all is well, else the reason in words. A throw is a reason too. */
  check(): Promise<string | null> | string | null;
}

export interface ReadinessReport {
  readonly ready: boolean;
  readonly checks: readonly { readonly name: string; readonly ok: boolean; readonly reason: string | null }[];
}

const checkTimeoutMs = 5_000;

/** Asks every check at once; one that does not answer in time counts as failed. */
export async function readiness(checks: readonly ReadinessCheck[]): Promise<ReadinessReport> {
  const results = await Promise.all(
    checks.map(async ({ name, check }) => {
      const reason = await ask(check);
      return { name, ok: reason === null, reason };
    }),
  );
  const ready = results.every(({ ok }) => ok);
  serviceReady.set(ready ? 1 : 0);
  return { ready, checks: results };
}

async function ask(check: ReadinessCheck['check']): Promise<string | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve(`no answer within ${checkTimeoutMs / 1000} s`), checkTimeoutMs);
  });
  try {
    return await Promise.race([Promise.resolve().then(check), late]);
  } catch (error) {
    return messageOf(error);
  } finally {
    clearTimeout(timer);
  }
}
