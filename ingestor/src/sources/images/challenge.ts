/** What a registry asks for in `WWW-Authenticate`. */
export type Challenge =
  | { readonly scheme: 'basic' }
  | { readonly scheme: 'bearer'; readonly realm: string; readonly service: string; readonly scope: string };

/** The first challenge that we can answer; null when there is none. Values may be quoted and hold commas. */
export function parseChallenge(header: string): Challenge | null {
  const scheme = /(?:^|,\s*)(bearer|basic)(?=\s|,|$)/i.exec(header);
  if (!scheme) return null;
  if (scheme[1]?.toLowerCase() === 'basic') return { scheme: 'basic' };
  const parameters = new Map<string, string>();
  for (const [, key = '', quoted, plain] of header
    .slice(scheme.index + scheme[0].length)
    .matchAll(/([a-z_]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))/gi))
    if (!parameters.has(key.toLowerCase()))
      parameters.set(key.toLowerCase(), quoted === undefined ? (plain ?? '') : quoted.replace(/\\(.)/g, '$1'));
  const realm = parameters.get('realm') ?? '';
  if (!/^https?:\/\//i.test(realm) || !URL.canParse(realm)) return null;
  return { scheme: 'bearer', realm, service: parameters.get('service') ?? '', scope: parameters.get('scope') ?? '' };
}
