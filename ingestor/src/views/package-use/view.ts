import { Type } from 'typebox';
import { readSql } from '../../warehouse/sql.ts';
import type { ViewColumn } from '../../contract/index.ts';
import { groupBy } from '../group-by.ts';
import type { SmallGroupLimits } from '../privacy.ts';
import { allValues, numberColumn, textColumn } from '../shared/columns.ts';
import { groupRows, sortRows, type Contribution } from '../shared/group-rows.ts';
import { PeopleHistory } from '../shared/people.ts';
import { defineView, type ViewRow } from '../view.ts';
import { safeLabels, shown } from './safe-groups.ts';
import { loadUses, type Use, type UsedIn } from './uses.ts';
import { compareVersions, isRelease } from './versions.ts';

const registrySql = readSql(import.meta.url, 'registry.sql');
const amountOf = { repository: 'repositories', content: 'content', image: 'images' } as const satisfies Record<
  UsedIn,
  string
>;

interface RegistryRow {
  readonly language: string;
  readonly package: string;
  readonly version: string | null;
  readonly is_internal: boolean;
}

/** What is known of a package beside who uses it. */
interface Package {
  readonly newest: string | null;
  readonly basis: 'registry' | 'seen' | null;
  readonly isInternal: boolean;
  /** Oldest first: versions in use and the newest of the registry. */
  readonly versions: readonly string[];
}

const booleanColumn = (name: string, displayName: string, description: string): ViewColumn => ({
  name,
  displayName,
  type: 'boolean',
  unit: null,
  description,
});

export const packageUse = defineView({
  id: 'package-use',
  title: 'Packages in use',
  topic: 'Git',
  description:
    'Which versions of which packages, of R and Python repositories, content and images use, and how far they are behind the newest',
  parameters: Type.Object({
    language: Type.Union([Type.Literal(''), Type.Literal('r'), Type.Literal('python'), Type.Literal('quarto')], {
      default: '',
      description: 'r, python, quarto; empty: all',
    }),
    package: Type.String({ default: '', description: 'Only this package; R, Python, Quarto: the runtime; empty: all' }),
    kind_of_package: Type.Union([Type.Literal(''), Type.Literal('package'), Type.Literal('runtime')], {
      default: '',
      description: 'Packages, or R, Python and Quarto themselves; empty: both',
    }),
    origin: Type.Union([Type.Literal(''), Type.Literal('internal'), Type.Literal('public')], {
      default: '',
      description: 'internal: of one’s own registry; empty: all',
    }),
    split_by: Type.Array(Type.Union([Type.Literal('version'), Type.Literal('used_in')]), {
      default: ['version'],
      uniqueItems: true,
      description: 'version, used_in (repository, content, image), both or none',
    }),
  }),
  columns: [
    textColumn('language', 'Language', 'r, python, quarto'),
    textColumn('kind_of_package', 'Kind', 'package; runtime: R, Python or Quarto itself'),
    textColumn('package', 'Package', 'Python names as PEP 503 has them'),
    textColumn(
      'version',
      'Version',
      `range: no file gives an exact one; ${allValues}: not split by; neighbours that few people use are shown together`,
    ),
    textColumn('used_in', 'Used in', `repository, content, image; ${allValues}: not split by`),
    numberColumn('uses', 'Uses', 'short', 'repositories + content + images'),
    numberColumn('repositories', 'Repositories', 'short', 'Not archived, with it in a lock file'),
    numberColumn('content', 'Content', 'short', 'Items on Connect that use it'),
    numberColumn('images', 'Images', 'short', 'That containers ran in the range (runtimes only)'),
    numberColumn('people', 'People', 'short', 'Main committers and owners'),
    textColumn('newest_version', 'Newest', 'Of the registry, and of what is in use'),
    textColumn('newest_basis', 'Newest by', 'registry; seen: the newest in use, since no registry tells'),
    numberColumn(
      'versions_behind',
      'Versions behind',
      'short',
      'Known versions that are newer, of several the oldest’s; empty for ranges',
    ),
    numberColumn('behind_uses', 'Behind', 'short', 'Of the uses with a version those below the newest'),
    numberColumn('behind_share', 'Share behind', 'percentunit', 'behind_uses ÷ uses with a version'),
    booleanColumn('is_internal', 'Internal', 'Of one’s own registry'),
  ],
  leastScope: 'aggregate',
  privacy: {
    kind: 'groups',
    attributes: [],
    // Versions of one package are merged by the view: those of two packages have nothing to do with each other.
    slices: ['language', 'kind_of_package', 'package', 'version', 'used_in'],
    people: 'people',
    overlapping: true,
    dominance: [{ sum: 'uses', largest: 'largest_uses' }],
    merge: {},
  },
  howComputed:
    'At {until}: lock files of repositories that are not archived (each version once for each repository; ranges only without an exact version), packages of content on Connect, runtimes of images that ran in the range. Newest: {registry}; candidates and development versions are not. ' +
    'A repository counts for who committed most to it in 365 days, content for its owner. Versions of a package that fewer than {min_people} people use are shown with their neighbour, packages that fewer use not at all. Internal: of a registry source or repository of one’s own.',

  async run(context, parameters) {
    const { reader, range, now, config } = context;
    const until = range.to < now ? range.to : now;
    const people = await PeopleHistory.load(reader, config.organisation.time_zone);
    const [uses, registry] = await Promise.all([
      loadUses(context, people, { until, language: parameters.language, package: parameters.package }),
      reader.rows<RegistryRow>(registrySql, [until]),
    ]);
    const { min_people: minPeople, max_share: maxShare } = config.views.small_groups;
    const listed = groupBy(registry, nameOf);
    const rows: ViewRow[] = [];
    let hidden = 0;
    for (const own of groupBy(uses, (use) => `${use.kind} ${nameOf(use)}`).values()) {
      const [first] = own;
      if (!first || (parameters.kind_of_package !== '' && first.kind !== parameters.kind_of_package)) continue;
      const known = packageOf(own, first.kind === 'runtime' ? [] : (listed.get(nameOf(first)) ?? []));
      if (parameters.origin !== '' && known.isInternal !== (parameters.origin === 'internal')) continue;
      const ofPackage = rowsOf(own, known, parameters.split_by, { minPeople, maxShare });
      rows.push(...ofPackage);
      if (ofPackage.length === 0) hidden += 1;
    }
    return {
      rows: sortRows(rows, ['order', 'language', 'kind_of_package', 'package', 'version_order', 'used_in']),
      coverage: null,
      facts: {
        until: until.toISOString(),
        registry: registry.length > 0 ? 'of the registry, or in use' : 'in use (no registry is polled)',
        min_people: minPeople,
      },
      notices:
        hidden === 0
          ? []
          : [`${hidden} packages are not shown: fewer than ${minPeople} people use them, or one person nearly alone`],
    };
  },
});

function nameOf({ language, package: name }: { readonly language: string; readonly package: string }): string {
  return `${language} ${name}`;
}

function packageOf(uses: readonly Use[], registry: readonly RegistryRow[]): Package {
  const offered = registry.flatMap(({ version }) => (version ? [version] : []));
  const versions = [...new Set([...uses.map(({ version }) => version), ...offered])]
    .filter((version) => version !== '')
    .sort((a, b) => compareVersions(a, b) || (a < b ? -1 : 1));
  const releases = versions.filter(isRelease);
  const newest = (releases.length > 0 ? releases : versions).at(-1) ?? null;
  return {
    newest,
    basis: newest === null ? null : offered.length > 0 ? 'registry' : 'seen',
    isInternal: uses.some(({ isInternal }) => isInternal) || registry.some((row) => row.is_internal),
    versions,
  };
}

/** Rows of one package; none when too few people use it. */
function rowsOf(uses: readonly Use[], known: Package, splitBy: readonly string[], limits: SmallGroupLimits): ViewRow[] {
  const inOrder = ['', ...known.versions];
  const safe = safeLabels(uses, inOrder, splitBy.includes('used_in'), limits);
  const [first] = uses;
  if (safe === null || !first) return [];
  const behindBy = new Map(known.versions.map((version) => [version, versionsAfter(version, known)]));
  /** Version as shown → its oldest. */
  const oldest = new Map<string, string>();
  for (const version of [...inOrder].reverse()) oldest.set(shown(safe.version.get(version)), version);
  const facts = {
    language: first.language,
    kind_of_package: first.kind,
    package: first.package,
    newest_version: known.newest,
    newest_basis: known.basis,
    is_internal: known.isInternal,
    // Most used first.
    order: -uses.reduce((sum, { count }) => sum + count, 0),
  };
  return groupRows(
    uses.map((use): Contribution => ({
      keys: {
        version: splitBy.includes('version') ? shown(safe.version.get(use.version)) : allValues,
        used_in: splitBy.includes('used_in') ? (safe.usedIn.get(use.usedIn) ?? use.usedIn) : allValues,
      },
      person: use.person,
      amounts: {
        repositories: 0,
        content: 0,
        images: 0,
        [amountOf[use.usedIn]]: use.count,
        uses: use.count,
        versioned_uses: use.version === '' ? 0 : use.count,
        behind_uses: (behindBy.get(use.version) ?? 0) > 0 ? use.count : 0,
      },
    })),
  ).map((row) => {
    const version = oldest.get(String(row['version'])) ?? '';
    const versioned = Number(row['versioned_uses']);
    return {
      ...row,
      ...facts,
      version_order: inOrder.indexOf(version),
      versions_behind: behindBy.get(version) ?? null,
      behind_share: versioned === 0 ? null : Number(row['behind_uses']) / versioned,
    };
  });
}

/** Known versions above one, up to the newest release. */
function versionsAfter(version: string, { newest, versions }: Package): number {
  if (newest === null) return 0;
  return versions.filter((each) => compareVersions(each, version) > 0 && compareVersions(each, newest) <= 0).length;
}
