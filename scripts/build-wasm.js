// Assembles the WebAssembly that lies as text (.wat) beside its user; run after a change of it, and commit both.
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import loadWabt from 'wabt';

const wabt = await loadWabt();
for (const entry of readdirSync('ingestor/src', { recursive: true, withFileTypes: true })) {
  if (!entry.name.endsWith('.wat')) continue;
  const file = join(entry.parentPath, entry.name);
  const module = wabt.parseWat(entry.name, readFileSync(file, 'utf8'), { simd: true });
  module.validate();
  writeFileSync(file.replace(/wat$/, 'wasm'), module.toBinary({}).buffer);
}
