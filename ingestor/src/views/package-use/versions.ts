/** What is before a release: `1.0rc1`, `2.0.dev3`, `0.9b2`. R's development versions (`1.2.0.9000`) are told by their number. */
const preRelease = /^(?:a|alpha|b|beta|c|rc|pre|preview|dev)$/u;

/**
 * Compares versions of packages of R and Python part by part: `1.1-10` is after `1.1-9`, `1.0` equals `1.0.0`, `1.0rc1` comes before
 * `1.0`, `1.0.post1` after. R's are no semantic versions. Negative: `a` is older.
 */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [partsOf(a), partsOf(b)];
  for (let index = 0; index < Math.max(left.length, right.length); index++) {
    const order = weightOf(left[index]) - weightOf(right[index]);
    if (order !== 0) return order;
  }
  return 0;
}

/** Whether a version is a release: development versions and candidates are nobody's aim. */
export function isRelease(version: string): boolean {
  return partsOf(version).every((part) => !preRelease.test(part)) && !/\.\d+\.9\d{3}(?:\D|$)/u.test(version);
}

/** Numbers and words; an epoch (`1!2.0`) and a local part (`2.0+cpu`) count for nothing here. */
function partsOf(version: string): string[] {
  const plain = version.toLowerCase().replace(/^v/u, '').replace(/^\d+!/u, '').replace(/\+.*$/u, '');
  return plain.match(/\d+|[a-z]+/gu) ?? [];
}

/** A missing part is 0; words before a release are less than it, `post` is more. */
function weightOf(part: string | undefined): number {
  if (part === undefined) return 0;
  if (/^\d/u.test(part)) return Number(part);
  if (!preRelease.test(part)) return 0.5;
  return part === 'dev' ? -4 : part.startsWith('a') ? -3 : part.startsWith('b') ? -2 : -1;
}
