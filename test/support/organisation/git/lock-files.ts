import { INTERNAL_REPOSITORY } from './packages.ts';

/** A package that a repository really uses. `version` null: any in a range. */
export interface UsedPackage {
  readonly language: 'r' | 'python';
  readonly name: string;
  readonly version: string | null;
  readonly isInternal: boolean;
}

/** `renv.lock`, of the first style for some packages and of the second for others, as renv leaves it after an upgrade. */
export function renvLock(rVersion: string, packages: readonly UsedPackage[], isNew: boolean): string {
  const entries = packages.map(({ name, version, isInternal }, index) => {
    const source = isInternal ? INTERNAL_REPOSITORY : 'CRAN';
    const common = { Package: name, Version: version, Source: 'Repository' };
    return [
      name,
      isNew || index % 3 === 0
        ? { ...common, Type: 'Package', Title: `What ${name} does`, Imports: ['methods'], Repository: source }
        : { ...common, Repository: source, Requirements: ['R', 'methods'], Hash: 'fedd9d00c2944ff00a0e2696ccf048ec' },
    ];
  });
  const repositories = [
    { Name: 'CRAN', URL: 'https://ppm.example.com/cran/latest' },
    { Name: 'internal', URL: INTERNAL_REPOSITORY },
  ];
  return JSON.stringify(
    { R: { Version: rVersion, Repositories: repositories }, Packages: Object.fromEntries(entries) },
    null,
    2,
  );
}

export function uvLock(packages: readonly UsedPackage[]): string {
  const entries = packages.map(
    ({ name, version }) =>
      `[[package]]\nname = "${name}"\nversion = "${version ?? ''}"\nsource = { registry = "https://ppm.example.com/pypi/latest/simple" }\n`,
  );
  return `version = 1\nrequires-python = ">=3.11"\n\n[[package]]\nname = "study"\nversion = "0.1.0"\nsource = { virtual = "." }\n\n${entries.join('\n')}`;
}

/** Pinned, with what people write around it. */
export function requirements(packages: readonly UsedPackage[]): string {
  const lines = packages.map(({ name, version }) => `${name.replace('-', '_')}==${version ?? ''}  # pinned`);
  return `# for the pipeline\n--index-url https://ppm.example.com/pypi/latest/simple\n${lines.join('\n')}\n-r more.txt\n`;
}

/** Ranges only. */
export function pyproject(packages: readonly UsedPackage[]): string {
  const lines = packages.map(({ name }) => `  "${name}>=1",`);
  return `[project]\nname = "study"\nrequires-python = ">=3.11"\ndependencies = [\n${lines.join('\n')}\n]\n`;
}
