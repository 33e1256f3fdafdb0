import { createRemoteJWKSet, errors, jwtVerify } from 'jose';
import { SceError, messageOf } from '../errors.ts';
import type { Principal } from '../views/principal.ts';
import type { AccessConfig } from './config.ts';

/** Turns a header `X-Grafana-Id` into what its person may see; null when it names no person (a service account). */
export type IdentityVerifier = (idToken: string, viaToken: string) => Promise<Principal | null>;

/**
 * Verifies Grafana's signed identities (ES256, ten minutes, `aud` `org:N`). Null when none are configured: then the header
 * is not looked at. Throws `INVALID_CONFIG` for half a configuration; the verifier throws `UNAUTHENTICATED` for a token
 * that is not Grafana's, and `SOURCE_FAILED` when Grafana's keys cannot be had.
 */
export function grafanaIdentity(
  config: AccessConfig['grafana'],
  personKey: (user: string) => string,
): IdentityVerifier | null {
  if (config.jwks_url === '') return null;
  if (config.issuer === '')
    throw new SceError(
      'INVALID_CONFIG',
      'access.grafana.issuer is needed with access.grafana.jwks_url: the root URL of Grafana',
    );
  const keys = createRemoteJWKSet(keysUrl(config.jwks_url), { timeoutDuration: 5_000 });
  const platform = new Set(config.platform_logins.map((login) => login.toLowerCase()));
  const departments = new Map(
    Object.entries(config.department_logins).map(([login, department]) => [login.toLowerCase(), department]),
  );

  return async (idToken, viaToken) => {
    const claims = await verify(idToken);
    const logins = [claims['email'], claims['username']].filter(
      (login) => typeof login === 'string' && login !== '',
    ) as string[];
    const user = claims[config.person_claim];
    if (typeof user !== 'string' || user === '') return null;
    const key = personKey(user);
    const known = { write: false, personKey: key, name: `${key} via ${viaToken}` };
    const names = logins.map((login) => login.toLowerCase());
    if (names.some((login) => platform.has(login))) return { ...known, scope: 'platform', department: null };
    const department = names.map((login) => departments.get(login)).find((found) => found !== undefined);
    if (department !== undefined) return { ...known, scope: 'department', department };
    return { ...known, scope: 'self', department: null };
  };

  async function verify(idToken: string): Promise<Record<string, unknown>> {
    try {
      const { payload } = await jwtVerify(idToken, keys, {
        algorithms: ['ES256'],
        issuer: [config.issuer, config.issuer.replace(/\/$/, ''), `${config.issuer.replace(/\/$/, '')}/`],
        audience: config.organisation_ids.map((id) => `org:${id}`),
        requiredClaims: ['exp', 'sub'],
        clockTolerance: 30,
      });
      return payload;
    } catch (error) {
      // Keys that cannot be fetched are our trouble, not the caller's.
      const ours =
        !(error instanceof errors.JOSEError) ||
        error instanceof errors.JWKSTimeout ||
        error instanceof errors.JWKSInvalid ||
        error.code === 'ERR_JOSE_GENERIC';
      if (ours)
        throw new SceError('SOURCE_FAILED', `cannot get Grafana's signing keys: ${messageOf(error)}`, { cause: error });
      throw new SceError('UNAUTHENTICATED', `X-Grafana-Id is not valid: ${messageOf(error)}`, { cause: error });
    }
  }
}

function keysUrl(text: string): URL {
  try {
    return new URL(text);
  } catch (error) {
    throw new SceError('INVALID_CONFIG', `access.grafana.jwks_url is "${text}", which is not a URL`, { cause: error });
  }
}
