import type { FakePackageRepository } from '../../fakes/package-manager/server.ts';

/** A package with its releases: version and days before now, oldest first. */
export interface PackageHistory {
  readonly name: string;
  readonly language: 'r' | 'python';
  readonly releases: readonly (readonly [version: string, age: number])[];
  /** In the registry of the organisation. */
  readonly isInternal?: boolean;
}

export const INTERNAL_REPOSITORY = 'https://ppm.example.com/internal';

const r = (name: string, ...releases: (readonly [string, number])[]): PackageHistory => ({
  name,
  language: 'r',
  releases,
});
const own = (name: string, ...releases: (readonly [string, number])[]): PackageHistory => ({
  ...r(name, ...releases),
  isInternal: true,
});
const python = (name: string, ...releases: (readonly [string, number])[]): PackageHistory => ({
  name,
  language: 'python',
  releases,
});

export const R_RELEASES = [
  ['4.2.3', 1300],
  ['4.3.1', 950],
  ['4.3.3', 800],
  ['4.4.1', 600],
  ['4.4.3', 420],
  ['4.5.1', 150],
] as const;

/** What all repositories of a language use, and what some of them do (share). */
export const PACKAGES: readonly (PackageHistory & { readonly share: number })[] = [
  { ...r('dplyr', ['1.1.2', 1300], ['1.1.3', 1000], ['1.1.4', 700], ['1.2.0', 90]), share: 1 },
  { ...r('cli', ['3.6.1', 1300], ['3.6.2', 900], ['3.6.3', 500], ['3.6.5', 120]), share: 1 },
  { ...r('ggplot2', ['3.4.4', 1300], ['3.5.0', 800], ['3.5.1', 500], ['4.0.0', 60]), share: 0.9 },
  { ...r('survival', ['3.5-5', 1300], ['3.5-7', 850], ['3.7-0', 400], ['3.8-3', 200]), share: 0.6 },
  { ...r('Matrix', ['1.5-4', 1300], ['1.6-5', 700], ['1.7-1', 350]), share: 0.7 },
  { ...r('emmeans', ['1.8.9', 1300], ['1.10.0', 750], ['1.10.5', 300]), share: 0.3 },
  { ...own('studytools', ['0.3.0', 1300], ['0.4.0', 700], ['0.5.1', 300], ['0.6.0', 40]), share: 0.55 },
  { ...own('tlgstyle', ['1.0.0', 1300], ['1.1.0', 500]), share: 0.4 },
  { ...python('numpy', ['1.26.4', 1300], ['2.0.1', 650], ['2.1.3', 350]), share: 1 },
  { ...python('pandas', ['2.1.4', 1300], ['2.2.2', 700], ['2.2.3', 300]), share: 1 },
  { ...python('scikit-learn', ['1.3.2', 1300], ['1.5.1', 600]), share: 0.6 },
];

/** The newest release that was out `age` days before now. */
export function releaseAt(releases: readonly (readonly [string, number])[], age: number): string {
  return (releases.findLast(([, out]) => out >= age) ?? releases[0] ?? ['0', 0])[0];
}

/** What the organisation's Package Manager offers: the newest of everything, its own packages from a source of its own. */
export function packageRepositories(): FakePackageRepository[] {
  const offered = (holds: (each: PackageHistory) => boolean) =>
    PACKAGES.filter(holds).map(({ name, releases }) => ({ name, version: releaseAt(releases, 0) }));
  const repository = (
    id: number,
    name: string,
    type: string,
    source: string,
    packages: ReturnType<typeof offered>,
  ) => ({
    id,
    name,
    type,
    sources: [{ id, type: source, packages }],
  });
  return [
    repository(
      1,
      'cran',
      'R',
      'cran',
      offered(({ language, isInternal }) => language === 'r' && isInternal !== true),
    ),
    repository(
      2,
      'internal',
      'R',
      'local',
      offered(({ isInternal }) => isInternal === true),
    ),
    repository(
      3,
      'pypi',
      'Python',
      'pypi',
      offered(({ language }) => language === 'python'),
    ),
  ];
}
