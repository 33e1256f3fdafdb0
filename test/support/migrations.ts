import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = fileURLToPath(new URL('../../ingestor/src/', import.meta.url));
const migrationFile = /(?:^|\/)tables(?:\.(\d+))?\.sql$/;

/**
 * Every migration file of the product, found by name (`tables.sql`, `tables.2.sql`, …) rather than listed, so that tests
 * notice a file that the product's own list forgot.
 */
export function allMigrations(): URL[] {
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((path) => migrationFile.test(path))
    .sort((left, right) => dirname(left).localeCompare(dirname(right)) || sequence(left) - sequence(right))
    .map((path) => pathToFileURL(join(root, path)));
}

function sequence(path: string): number {
  return Number(migrationFile.exec(path)?.[1] ?? 1);
}
