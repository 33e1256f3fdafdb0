import { access, mkdtemp, readFile, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { SceError, messageOf } from '../errors.ts';

const pomUrl = new URL('../../pom.xml', import.meta.url);

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Path of the QuestDB jar named in `ingestor/pom.xml`: from Maven's local repository at once, else downloaded by Maven.
 * `progress` gets a line now and then. Throws `SETUP`.
 */
export async function resolveQuestdbJar(env: Environment, progress: (line: string) => void): Promise<string> {
  const version = await questdbVersion();
  const known = join(localRepository(env), 'org', 'questdb', 'questdb', version, `questdb-${version}.jar`);
  if (await exists(known)) return known;
  return downloadByMaven(version, env, progress);
}

/** The version to run, from the only place that names it. */
export async function questdbVersion(): Promise<string> {
  const version = /<artifactId>questdb<\/artifactId>\s*<version>([^<]+)<\/version>/.exec(
    await readFile(pomUrl, 'utf8'),
  )?.[1];
  if (version === undefined) throw new SceError('SETUP', 'ingestor/pom.xml names no version of org.questdb:questdb');
  return version;
}

function localRepository(env: Environment): string {
  const option = /-Dmaven\.repo\.local=("[^"]+"|\S+)/.exec(env['MAVEN_OPTS'] ?? '')?.[1];
  return option?.replaceAll('"', '') ?? join(env['HOME'] || homedir(), '.m2', 'repository');
}

async function downloadByMaven(version: string, env: Environment, progress: (line: string) => void): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'sce-voice-maven-'));
  const pathFile = join(directory, 'classpath');
  const started = Date.now();
  progress(`resolving QuestDB ${version} by Maven (about 30 MB, once)`);
  const timer = setInterval(
    () => progress(`Maven is still at work, ${Math.round((Date.now() - started) / 1000)} s`),
    10_000,
  );
  try {
    const goal = ['dependency:build-classpath', `-Dmdep.outputFile=${pathFile}`, '-DincludeArtifactIds=questdb'];
    await execa('mvn', ['-B', '-q', '-f', fileURLToPath(pomUrl), ...goal], {
      all: true,
      env: env as Record<string, string>,
      extendEnv: false,
    });
    const jar = (await readFile(pathFile, 'utf8')).split(delimiter)[0]?.trim() ?? '';
    if (!(await exists(jar))) throw new Error(`Maven names "${jar}", which is not there`);
    return jar;
  } catch (error) {
    throw mavenFailed(error, version);
  } finally {
    clearInterval(timer);
    await rm(directory, { recursive: true, force: true });
  }
}

function mavenFailed(error: unknown, version: string): SceError {
  const otherwise = 'or set SCE_QUESTDB_URL to a running QuestDB';
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT')
    return new SceError(
      'SETUP',
      `QuestDB ${version} is not in Maven's local repository and there is no mvn on the PATH; install Maven (Debian: apt install maven), ${otherwise}`,
      { cause: error },
    );
  const output = error instanceof Error && 'all' in error ? String(error.all) : messageOf(error);
  const reason =
    output
      .split('\n')
      .find((line) => line.includes('[ERROR]'))
      ?.replace('[ERROR]', '')
      .trim() ?? output.slice(0, 300);
  return new SceError(
    'SETUP',
    `Maven could not resolve QuestDB ${version}: ${reason}. Check the network and ~/.m2/settings.xml, ${otherwise}`,
    { cause: error },
  );
}

async function exists(path: string): Promise<boolean> {
  return (
    path !== '' &&
    (await access(path).then(
      () => true,
      () => false,
    ))
  );
}
