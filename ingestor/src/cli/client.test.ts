import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Child } from '../../../test/support/child.ts';

const program = fileURLToPath(new URL('../cli.ts', import.meta.url));
const directory = mkdtempSync(join(tmpdir(), 'sce-cli-'));
const asked: (string | undefined)[] = [];
const service = createServer((request, response) => {
  asked.push(request.headers.authorization);
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify({ pollers: [], views: [] }));
});
beforeAll(() => new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve)));
afterAll(() => {
  service.close();
  rmSync(directory, { recursive: true, force: true });
});

/** The command line of somebody whose environment lacks what the service's has. */
async function cli(...args: string[]): Promise<{ readonly outcome: string; readonly output: string }> {
  const file = join(directory, 'sce-voice.yaml');
  writeFileSync(
    file,
    `access:
  tokens:
    - { name: grafana, token_env: SCE_TEST_TOKEN_OF_THE_SERVICE, scope: platform }
    - { name: prometheus, token_file: /nonexistent/only-for-the-service, write: true }
`,
  );
  const child = new Child(process.execPath, ['--import', 'tsx', program, ...args], {
    env: {
      PATH: process.env['PATH'],
      SCE_CONFIG: file,
      SCE_DATA_DIR: directory,
      SCE_HTTP_PORT: String((service.address() as AddressInfo).port),
      SCE_READ_TOKEN: 'what-the-reader-has',
    },
    cwd: process.cwd(),
  });
  return { outcome: await child.ended, output: child.output };
}

it('a client needs no token of the service but its own', async () => {
  const { outcome, output } = await cli('poll');
  expect(output).toContain('no source that is polled is configured');
  expect(outcome).toBe('exit code 0');
  expect(asked).toEqual(['Bearer what-the-reader-has']);
});

it('the service itself names the token that is missing', async () => {
  const { outcome, output } = await cli('serve');
  expect(output).toContain('access.tokens "grafana": SCE_TEST_TOKEN_OF_THE_SERVICE: the token is empty');
  expect(outcome).toBe('exit code 1');
});
