import type { FastifyInstance, FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import type { Config } from '../config.ts';
import { SceError } from '../errors.ts';
import type { Pseudonymiser } from '../identity/pseudonym.ts';
import { scopeAllows, type Principal } from '../views/principal.ts';
import { isLoopback, presentedToken } from './credentials.ts';
import { grafanaIdentity } from './grafana-identity.ts';
import { findToken, hashToken, type KnownToken } from './tokens.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by `requireWrite`, `requireRead` and `requirePlatform`. */
    principal: Principal;
  }
  interface FastifyInstance {
    /** `onRequest` hooks: who asks, and may they. 401 without or with unknown credentials, 403 with insufficient ones. */
    requireWrite(request: FastifyRequest): Promise<void>;
    requireRead(request: FastifyRequest): Promise<void>;
    requirePlatform(request: FastifyRequest): Promise<void>;
  }
}

export interface AccessOptions {
  readonly config: Config;
  readonly pseudonymiser: Pick<Pseudonymiser, 'person'>;
  /** The token of this machine's command line (0600 file): platform scope. */
  readonly cliToken?: string | undefined;
}

/** Who may do what without a token. Throws `INVALID_CONFIG` where that would leave writing open to a network. */
export function anonymousRights(config: Config): { readonly write: boolean; readonly read: boolean } {
  const local = isLoopback(config.httpHost);
  const writeToken = config.tokens.some((token) => token.write);
  if (!writeToken && !local && !config.access.allow_anonymous)
    throw new SceError(
      'INVALID_CONFIG',
      `SCE_HTTP_HOST is ${config.httpHost}, which others can reach, and there is no write token: set SCE_WRITE_TOKEN (openssl rand -hex 32), bind to 127.0.0.1, or allow it with access.allow_anonymous: true`,
    );
  return {
    write: !writeToken && (local || config.access.allow_anonymous),
    read: config.access.allow_anonymous_read || (local && !config.tokens.some((token) => token.read)),
  };
}

export const access = fp(
  async (app: FastifyInstance, { config, pseudonymiser, cliToken }: AccessOptions) => {
    const anonymous = anonymousRights(config);
    const identify = grafanaIdentity(config.access.grafana, (user) => pseudonymiser.person(user));
    const known: KnownToken[] = [...config.tokens];
    if (cliToken)
      known.push({
        name: 'command line',
        hash: hashToken(cliToken),
        write: false,
        read: true,
        scope: 'platform',
        department: null,
        person: null,
        weak: false,
      });

    const nobody: Principal = {
      scope: 'aggregate',
      write: false,
      personKey: null,
      department: null,
      name: 'anonymous',
    };

    const tokenOf = (request: FastifyRequest): KnownToken | null => {
      const presented = presentedToken(request.headers);
      if (presented === null) return null;
      const token = findToken(known, presented);
      if (token === null) throw new SceError('UNAUTHENTICATED', 'the token is not known here');
      return token;
    };
    const principalOf = (token: KnownToken): Principal => ({
      scope: token.scope,
      write: token.write,
      personKey: token.person === null ? null : pseudonymiser.person(token.person),
      department: token.department,
      name: token.name,
    });

    /** A data source that many people share asks so: where none of them is verified (alert rules), groups only. It can only take away. */
    const withoutPerson = (own: Principal, request: FastifyRequest): Principal =>
      request.headers['x-sce-scope-without-person'] === 'aggregate'
        ? { ...own, scope: 'aggregate', personKey: null, department: null }
        : own;

    app.decorateRequest('principal', null as unknown as Principal);

    app.decorate('requireWrite', async (request: FastifyRequest) => {
      const token = tokenOf(request);
      if (token === null && !anonymous.write)
        throw new SceError('UNAUTHENTICATED', 'a token that may write is needed: Authorization: Bearer <token>');
      if (token !== null && !token.write && !anonymous.write)
        throw new SceError('FORBIDDEN', `the token "${token.name}" may not write`);
      request.principal = token === null ? { ...nobody, write: true } : principalOf(token);
    });

    const requireRead = async (request: FastifyRequest): Promise<void> => {
      const token = tokenOf(request);
      if (token === null) {
        if (!anonymous.read)
          throw new SceError('UNAUTHENTICATED', 'a token that may read is needed: Authorization: Bearer <token>');
        request.principal = nobody;
        return;
      }
      if (!token.read) throw new SceError('FORBIDDEN', `the token "${token.name}" may not read`);
      const own = principalOf(token);
      // Only together with a token: the header alone proves nothing about who forwards it. No other header adds anything.
      const idToken = request.headers['x-grafana-id'];
      const person =
        identify && typeof idToken === 'string' && idToken !== '' ? await identify(idToken, token.name) : null;
      request.principal = person ?? withoutPerson(own, request);
    };
    app.decorate('requireRead', requireRead);

    app.decorate('requirePlatform', async (request: FastifyRequest) => {
      await requireRead(request);
      if (!scopeAllows(request.principal.scope, 'platform'))
        throw new SceError('FORBIDDEN', `this needs the scope platform; the caller has ${request.principal.scope}`);
    });
  },
  { name: 'access' },
);
