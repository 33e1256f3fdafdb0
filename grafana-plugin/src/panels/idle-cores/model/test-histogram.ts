import type { Bin, RoleHistogram } from './histogram.ts';

/** `[from, to, usedHours, requestedHours]` */
export type BinRow = readonly [number, number, number, number];

export function testBins(rows: readonly BinRow[]): Bin[] {
  return rows.map(([from, to, usedHours, requestedHours]) => ({
    from,
    to,
    usedHours,
    requestedHours,
    containers: null,
    people: 7,
  }));
}

/** A histogram for tests; requests lie on the lower edge of their bin. */
export function testHistogram(role: string | null, rows: readonly BinRow[], idle = 0): RoleHistogram {
  const bins = testBins(rows);
  const requestedCoreHours = bins.reduce((sum, bin) => sum + bin.requestedHours * bin.from, 0);
  return {
    key: role ?? '',
    title: role ?? 'Everyone',
    role,
    bins,
    usedHours: bins.reduce((sum, bin) => sum + bin.usedHours, 0),
    requestedHours: bins.reduce((sum, bin) => sum + bin.requestedHours, 0),
    requestedCoreHours,
    idleCoreHours: idle,
    idleShare: requestedCoreHours > 0 ? idle / requestedCoreHours : null,
    underTenthShare: null,
    people: 7,
    isMerged: false,
  };
}

/** Nine containers at 0.05 core and one at 14, each for 10 hours, all requesting 16. */
export const nineAndOne: readonly BinRow[] = [
  [0, 0.1, 90, 0],
  [14, 15, 10, 0],
  [16, 17, 0, 100],
];
