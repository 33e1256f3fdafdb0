/** Minor release of a version: `4.4` of `4.4.1`; null for `several`, `unknown` and what is no version. */
export function minorRelease(version: string): string | null {
  return /^(\d+\.\d+)(?:[.\-+a-z]|$)/i.exec(version)?.[1] ?? null;
}

/** A number that orders versions; those without one come last. */
export function versionOrder(version: string): number {
  const parts = /^(\d+)(?:\.(\d+))?(?:\.(\d+))?/.exec(version);
  if (!parts) return version === 'several' ? 2 ** 40 : 2 ** 41;
  const [major = 0, minor = 0, patch = 0] = parts
    .slice(1)
    .map((part: string | undefined) => Math.min(1023, Number(part ?? 0)));
  return (major * 1024 + minor) * 1024 + patch;
}
