import { execa } from 'execa';
import { SceError, messageOf } from '../errors.ts';

const oldestJava = 17;

/** The `java` to run, checked to be there and new enough. Throws `SETUP` saying what to install. */
export async function requireJava(env: Readonly<Record<string, string | undefined>>): Promise<string> {
  const home = env['JAVA_HOME'];
  const command = home ? `${home}/bin/java` : 'java';
  const where = home ? `${command} (from JAVA_HOME)` : 'java on the PATH';
  const advice = `install Java ${oldestJava} or later (Debian: apt install openjdk-17-jre-headless), or set SCE_QUESTDB_URL to a running QuestDB`;
  let output: string;
  try {
    const result = await execa(command, ['-version'], {
      all: true,
      timeout: 30_000,
      env: env as Record<string, string>,
      extendEnv: false,
    });
    output = result.all;
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    throw new SceError(
      'SETUP',
      missing ? `there is no ${where}; ${advice}` : `${where} does not run: ${messageOf(error)}; ${advice}`,
      { cause: error },
    );
  }
  const version = javaMajorVersion(output);
  if (version === null) throw new SceError('SETUP', `${where} does not say its version; ${advice}`);
  if (version < oldestJava)
    throw new SceError('SETUP', `${where} is version ${version}, which is too old for QuestDB; ${advice}`);
  return command;
}

/** `openjdk version "17.0.15" …` → 17; the old scheme `"1.8.0_412"` → 8. */
export function javaMajorVersion(text: string): number | null {
  const match = /version "(\d+)(?:\.(\d+))?/.exec(text);
  if (match === null) return null;
  const [first, second] = [Number(match[1]), Number(match[2])];
  return first === 1 && !Number.isNaN(second) ? second : first;
}
