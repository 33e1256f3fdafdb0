// After tsc: what the compiled code reads beside itself (SQL, YAML, JSON) goes to dist, at the same place as in src.
import { cpSync, readdirSync } from 'node:fs';
import { extname, join } from 'node:path';

const assets = new Set(['.sql', '.wasm', '.yml', '.yaml', '.json', '.csv', '.xml']);

for (const entry of readdirSync('src', { recursive: true, withFileTypes: true })) {
  const file = join(entry.parentPath, entry.name);
  if (!entry.isFile() || !assets.has(extname(file)) || file.includes('testdata')) continue;
  cpSync(file, file.replace(/^src/, 'dist'));
}
