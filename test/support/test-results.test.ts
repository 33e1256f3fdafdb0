import { describe, expect, it } from 'vitest';
import { summaryLine, tally, type VitestReport } from './test-results.ts';

const report = (passed: number, failed: number, files: VitestReport['testResults'] = []): VitestReport => ({
  numPassedTests: passed,
  numFailedTests: failed,
  numPendingTests: 1,
  numTodoTests: 2,
  testResults: files,
});
const file = (status: string, ...tests: string[]) => ({
  name: 'a.test.ts',
  status,
  assertionResults: tests.map((result) => ({ status: result })),
});

describe('the tally of a test run', () => {
  it.each([
    ['all passed', report(3, 0, [file('passed', 'passed')]), 0, '3 passed, 0 failed'],
    ['one test failed', report(3, 1, [file('failed', 'passed', 'failed')]), 1, '3 passed, 1 failed'],
    ['a file could not be loaded', report(3, 0, [file('failed')]), 1, '3 passed, 1 failed'],
    ['a hook threw after good tests', report(3, 0, [file('failed', 'passed')]), 1, '3 passed, 1 failed'],
    ['an error outside all tests', report(3, 0, [file('passed', 'passed')]), 1, '3 passed, 1 failed'],
    ['no report at all', null, 1, '0 passed, 1 failed'],
  ])('%s', (_, given, exitCode, want) => {
    expect(summaryLine(tally(given, exitCode))).toBe(want);
  });

  it('counts skipped and planned tests apart', () => {
    expect(tally(report(3, 0), 0).skipped).toBe(3);
  });
});
