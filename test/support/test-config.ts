import { loadConfig, parseFileConfig, type Config } from '../../ingestor/src/config.ts';
import { resolveTokens } from '../../ingestor/src/access/tokens.ts';

/** A configuration for tests: a file's content and an environment, without looking for either. */
export function testConfig(file: object = {}, env: Readonly<Record<string, string>> = {}): Config {
  const parsed = parseFileConfig(file, 'test');
  return { ...loadConfig(env), ...parsed, tokens: resolveTokens(parsed.access, env) };
}
