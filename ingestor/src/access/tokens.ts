import { createHash, timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Scope } from '../contract/index.ts';
import { SceError, messageOf } from '../errors.ts';
import type { AccessConfig, TokenConfig } from './config.ts';

/** A token that is accepted and what it stands for. Only its hash is kept. */
export interface KnownToken {
  readonly name: string;
  readonly hash: Buffer;
  readonly write: boolean;
  readonly read: boolean;
  readonly scope: Scope;
  readonly department: string | null;
  /** User name as configured; turned into a person key by the access layer. */
  readonly person: string | null;
  /** Too short to be hard to guess. */
  readonly weak: boolean;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Shorter tokens are accepted with a warning: they can be guessed. */
const shortestGoodToken = 16;

export function hashToken(token: string): Buffer {
  return createHash('sha256').update(token, 'utf8').digest();
}

/** The token that was presented, or null. Compares with every known one: the time taken tells nothing. */
export function findToken(known: readonly KnownToken[], presented: string): KnownToken | null {
  const hash = hashToken(presented);
  let found: KnownToken | null = null;
  for (const token of known) if (timingSafeEqual(token.hash, hash)) found = token;
  return found;
}

/** Tokens of environment, files and configuration. Throws `INVALID_CONFIG` naming the one that is missing or too short. */
export function resolveTokens(access: AccessConfig, env: Environment): KnownToken[] {
  const tokens: KnownToken[] = [];
  const write = secret(env, 'SCE_WRITE_TOKEN');
  if (write)
    tokens.push({ ...plain, name: 'SCE_WRITE_TOKEN', hash: hashToken(write), weak: isWeak(write), write: true });
  const read = secret(env, 'SCE_READ_TOKEN');
  if (read)
    tokens.push({
      ...plain,
      name: 'SCE_READ_TOKEN',
      hash: hashToken(read),
      weak: isWeak(read),
      read: true,
      scope: access.read_token_scope,
    });
  if (read && needsMore(access.read_token_scope))
    throw new SceError(
      'INVALID_CONFIG',
      `access.read_token_scope is "${access.read_token_scope}"; name the person or department with a token in access.tokens instead`,
    );
  for (const token of access.tokens) tokens.push(fromConfig(token, env));
  for (const [index, token] of tokens.entries())
    if (tokens.findIndex((other) => other.hash.equals(token.hash)) !== index)
      throw new SceError('INVALID_CONFIG', `token "${token.name}" has the value of another token; give each its own`);
  return tokens;
}

const plain = { write: false, read: false, scope: 'aggregate', department: null, person: null } as const;

function isWeak(token: string): boolean {
  return token.length < shortestGoodToken;
}

function needsMore(scope: Scope): boolean {
  return scope === 'self' || scope === 'department';
}

function fromConfig(token: TokenConfig, env: Environment): KnownToken {
  const where = `access.tokens "${token.name}"`;
  const value = token.token_file
    ? readSecretFile(token.token_file, where)
    : token.token_env
      ? checked(env[token.token_env] ?? '', `${where}: ${token.token_env}`)
      : null;
  if (value === null) throw new SceError('INVALID_CONFIG', `${where} needs token_file or token_env`);
  if (token.scope === 'self' && !token.person)
    throw new SceError('INVALID_CONFIG', `${where} has scope self and needs person`);
  if (token.scope === 'department' && !token.department)
    throw new SceError('INVALID_CONFIG', `${where} has scope department and needs department`);
  return {
    name: token.name,
    hash: hashToken(value),
    weak: isWeak(value),
    write: token.write,
    read: token.read,
    scope: token.scope,
    department: token.scope === 'department' ? (token.department ?? null) : null,
    person: token.scope === 'self' ? (token.person ?? null) : null,
  };
}

/** A secret from the variable `name` or the file that `name_FILE` names. Throws `INVALID_CONFIG`. */
export function secret(env: Environment, name: string): string | null {
  const file = env[`${name}_FILE`];
  if (env[name] && file) throw new SceError('INVALID_CONFIG', `both ${name} and ${name}_FILE are set; keep one`);
  if (file) return readSecretFile(file, `${name}_FILE`);
  return env[name] ? checked(env[name], name) : null;
}

function readSecretFile(path: string, where: string): string {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new SceError('INVALID_CONFIG', `${where}: cannot read the token: ${messageOf(error)}`, { cause: error });
  }
  return checked(text.trim(), where);
}

function checked(token: string, where: string): string {
  if (token === '')
    throw new SceError('INVALID_CONFIG', `${where}: the token is empty; make one with openssl rand -hex 32`);
  return token;
}
