/**
 * `npm test`: provides what the tests need from outside npm, runs them, and ends with `N passed, N failed`.
 * Arguments go to vitest: `npm test -- ingestor/src/identity`.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { messageOf } from '../../ingestor/src/errors.ts';
import { resolveQuestdbJar } from '../../ingestor/src/warehouse/questdb-jar.ts';
import { ensurePackages } from './system-packages.ts';
import { summaryLine, tally, type VitestReport } from './test-results.ts';
import { toolchainProblems } from './toolchain.ts';

const folder = 'test-results';
const reportFile = `${folder}/vitest.json`;

function readReport(): VitestReport | null {
  try {
    return JSON.parse(readFileSync(reportFile, 'utf8')) as VitestReport;
  } catch {
    return null;
  }
}

function runVitest(args: readonly string[]): number {
  const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs');
  const options = ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${reportFile}`];
  const result = spawnSync(process.execPath, [vitest, ...options, ...args], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  return result.status ?? 1;
}

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });

const problems = [...toolchainProblems(), ...[ensurePackages()].filter((problem) => problem !== null)];
if (problems.length === 0)
  await resolveQuestdbJar(process.env, console.log).catch((error: unknown) => problems.push(messageOf(error)));
if (problems.length > 0) {
  console.error(`Cannot run the tests:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
  process.exit(1);
}

const exitCode = runVitest(process.argv.slice(2));
const result = tally(readReport(), exitCode);
if (result.skipped > 0) console.log(`${result.skipped} skipped`);
writeFileSync(`${folder}/summary.txt`, `${summaryLine(result)}\n`);
console.log(summaryLine(result));
process.exitCode = exitCode === 0 && result.failed === 0 && result.passed > 0 ? 0 : 1;
