import type { FakeCommit, FakeProject } from '../../fakes/gitlab/server.ts';
import { Random, hashOf } from '../random.ts';
import { pyproject, renvLock, requirements, uvLock, type UsedPackage } from './lock-files.ts';
import { PACKAGES, R_RELEASES, releaseAt } from './packages.ts';

const dayMs = 86_400_000;

export interface GitPerson {
  readonly username: string;
  readonly email: string;
  readonly department: string;
  readonly leftOn: number | null;
}

/** A repository as it really is. */
export interface RepositoryTruth {
  readonly forge: 'gitlab' | 'github';
  readonly id: number;
  /** Username of who committed most in the last year; null: nobody, or nobody may know. */
  readonly owner: string | null;
  readonly language: string;
  readonly isArchived: boolean;
  readonly state: 'ok' | 'empty' | 'hidden';
  readonly lastActivity: number;
  /** Its lock file gives exact versions of everything. */
  readonly isLocked: boolean;
  readonly isBroken: boolean;
  readonly rVersion: string | null;
  readonly packages: readonly UsedPackage[];
}

export interface GitWorld {
  readonly gitlab: FakeProject[];
  readonly github: FakeProject[];
  readonly truth: readonly RepositoryTruth[];
}

export interface GitOptions {
  readonly seed?: number;
  readonly now: number;
  readonly people: readonly GitPerson[];
  /** Repositories for each person of a department; the talk's organisation has about one in four. */
  readonly perPerson?: number;
}

/** The Git of the organisation: studies by department on GitLab, tools of the departments on GitHub. */
export function createGit({ seed = 1, now, people, perPerson = 0.25 }: GitOptions): GitWorld {
  const world: GitWorld & { truth: RepositoryTruth[] } = { gitlab: [], github: [], truth: [] };
  const departments = new Map<string, GitPerson[]>();
  for (const person of people)
    departments.set(person.department, [...(departments.get(person.department) ?? []), person]);
  let id = 100;
  for (const [department, members] of departments) {
    const active = members.filter(({ leftOn }) => leftOn === null);
    const count = Math.round(members.length * perPerson);
    for (let index = 0; index < count && active.length > 0; index++) {
      const forge = index % 6 === 5 ? 'github' : 'gitlab';
      const made = repository({
        random: new Random(hashOf(seed, department, index)),
        id: ++id,
        forge,
        now,
        active,
        department,
      });
      world[forge].push(made.project);
      world.truth.push(made.truth);
    }
  }
  return world;
}

interface Draft {
  readonly random: Random;
  readonly id: number;
  readonly forge: 'gitlab' | 'github';
  readonly now: number;
  readonly active: readonly GitPerson[];
  readonly department: string;
}

function repository({ random, id, forge, now, active, department }: Draft): {
  readonly project: FakeProject;
  readonly truth: RepositoryTruth;
} {
  const kind = random.weighted([
    ['renv', 60],
    ['r', 12],
    ['uv', 12],
    ['requirements', 8],
    ['pyproject', 8],
  ] as const);
  const [empty, hidden, archived, broken] = [29, 31, 13, 19].map((each) => id % each === 0);
  const isIdle = random.chance(0.12);
  const authors = pickSome(random, active, random.int(1, 5));
  const commits = isIdle || empty ? [] : commitsOf(random, authors, now, forge);
  const lastActivity =
    commits.length > 0 ? Math.max(...commits.map(({ at }) => Date.parse(at))) : now - random.int(420, 900) * dayMs;
  // Locked some time ago, most of them lately.
  const age = Math.floor(1200 * random.next() ** 2);
  const isR = kind === 'renv' || kind === 'r';
  const rVersion = releaseAt(R_RELEASES, age);
  const packages = PACKAGES.filter((each) => each.language === (isR ? 'r' : 'python') && random.chance(each.share)).map(
    ({ language, name, releases, isInternal = false }): UsedPackage => ({
      language,
      name,
      version: kind === 'pyproject' ? null : releaseAt(releases, age),
      isInternal,
    }),
  );
  const files: Record<string, string> = { 'README.md': `# ${id}`, [isR ? 'R/analysis.R' : 'src/run.py']: `${id}` };
  const lock = {
    renv: 'renv.lock',
    r: null,
    uv: 'uv.lock',
    requirements: 'requirements.txt',
    pyproject: 'pyproject.toml',
  }[kind];
  if (lock !== null)
    files[id % 7 === 0 ? `analysis/${lock}` : lock] = broken
      ? '<<<<<<< HEAD\nours\n=======\ntheirs\n>>>>>>> main\n'
      : {
          renv: () => renvLock(rVersion, packages, age < 300),
          uv: () => uvLock(packages),
          requirements: () => requirements(packages),
          pyproject: () => pyproject(packages),
          r: () => '',
        }[kind]();
  const project: FakeProject = {
    id,
    path: `${department.toLowerCase().replaceAll(/[^a-z]+/gu, '-')}/${isR ? 'study' : 'model'}-${id}`,
    activity: new Date(lastActivity).toISOString(),
    languages: isR ? { R: 91, Shell: 9 } : { Python: 80, 'Jupyter Notebook': 20 },
    members: authors.map(({ username }, index) => ({ username, access_level: index === 0 ? 50 : 30 })),
    files,
    commits,
    ...(empty ? { empty: true } : {}),
    ...(hidden ? { hidden: true } : {}),
    ...(archived ? { archived: true } : {}),
  };
  const state = hidden ? 'hidden' : empty ? 'empty' : 'ok';
  const isRead = state === 'ok' && lock !== null && !broken;
  const truth: RepositoryTruth = {
    forge,
    id,
    owner: commits.length > 0 && state === 'ok' ? (authors[0]?.username ?? null) : null,
    // An empty repository has no code; a closed one still tells its languages.
    language: empty ? 'none' : isR ? 'R' : 'Python',
    isArchived: archived === true,
    state,
    lastActivity,
    isLocked: isRead && (kind === 'renv' || kind === 'uv'),
    isBroken: state === 'ok' && lock !== null && broken === true,
    rVersion: isRead && kind === 'renv' ? rVersion : null,
    packages: isRead ? packages : [],
  };
  return { project, truth };
}

/** The first author commits most, some by another of their addresses; a robot commits more than anybody. */
function commitsOf(random: Random, authors: readonly GitPerson[], now: number, forge: string): FakeCommit[] {
  const at = (): string => new Date(now - Math.floor(random.between(0.1, 350) * dayMs)).toISOString();
  const others = authors
    .slice(1)
    .flatMap(({ username, email }) =>
      Array.from({ length: random.int(1, 4) }, () => ({ name: username, email, at: at() })),
    );
  const lead = authors[0];
  if (lead === undefined) return [];
  const own = Array.from({ length: 5 + random.int(0, 12) }, (_, index) => ({
    name: lead.username,
    email: index % 4 === 3 ? `12+${lead.username}@users.noreply.${forge}.example.com` : lead.email,
    at: at(),
  }));
  const robot = random.chance(0.3)
    ? Array.from({ length: 30 }, () => ({ name: 'renovate[bot]', email: 'renovate@example.com', at: at() }))
    : [];
  return [...own, ...others, ...robot];
}

function pickSome<T>(random: Random, items: readonly T[], count: number): T[] {
  const left = [...items];
  const picked: T[] = [];
  while (picked.length < count && left.length > 0) {
    const item = left.splice(random.int(0, left.length - 1), 1)[0];
    if (item !== undefined) picked.push(item);
  }
  return picked;
}
