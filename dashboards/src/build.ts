/** `npm run dashboards`: writes the dashboards and alert rules that Grafana reads. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { generatedFiles } from './files.ts';

const top = fileURLToPath(new URL('../../', import.meta.url));
for (const [path, text] of generatedFiles()) {
  await mkdir(dirname(join(top, path)), { recursive: true });
  await writeFile(join(top, path), text);
  process.stdout.write(`${path}\n`);
}
