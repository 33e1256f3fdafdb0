const PATTERNS: readonly (readonly [RegExp, string])[] = [
  [/\b(Bearer|Basic|Key|Token)\s+[\w.~+/=:-]{6,}/giu, '$1 ***'],
  [/(:\/\/[^/\s:@]{1,256}:)[^@\s/]{1,256}@/gu, '$1***@'],
  [
    /\b(access_token|token|password|passwd|secret|api_key|apikey|bindcredentials)(["']?\s*[=:]\s*["']?)[^\s"'&,;]+/giu,
    '$1$2***',
  ],
];

/** Makes a text safe to log and to store: the given secrets, and whatever looks like one, become `***`. */
export function redactor(secrets: readonly string[]): (text: string) => string {
  const parts = secrets
    .flatMap((secret) => [secret, ...secret.split(/\s+/u)])
    .filter((part) => part.length >= 6 && !/^(?:bearer|basic|application\/.*)$/iu.test(part))
    .sort((a, b) => b.length - a.length);
  return (text) => {
    const known = parts.reduce((result, part) => result.replaceAll(part, '***'), text);
    return PATTERNS.reduce((result, [pattern, replacement]) => result.replace(pattern, replacement), known);
  };
}
