import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { warnOfLowLimits } from './kernel-limits.ts';

async function warnings(content: string | null): Promise<string[]> {
  const directory = await mkdtemp(join(tmpdir(), 'sce-voice-limits-'));
  const file = join(directory, 'max_map_count');
  if (content !== null) await writeFile(file, content);
  const lines: string[] = [];
  warnOfLowLimits(pino({}, { write: (line: string) => lines.push(line) }), file);
  await rm(directory, { recursive: true });
  return lines.map((line) => (JSON.parse(line) as { msg: string }).msg);
}

test.each<[string, string | null, string[]]>([
  ['the default of most kernels', '65530\n', [expect.stringContaining('sysctl -w vm.max_map_count=262144')]],
  ['enough', '262144\n', []],
  ['a system without the limit', null, []],
])('%s', async (_, content, expected) => {
  expect(await warnings(content)).toEqual(expected);
});
