import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { writePrivately } from './private-file.ts';

export interface PersonName {
  readonly name: string;
  readonly email: string;
}

export interface NamedPerson extends PersonName {
  readonly key: string;
}

const directory = (dataDir: string): string => join(dataDir, 'names');

/**
 * Keeps who is behind the person keys of one HR feed, for the few tasks that must name people (clean-up lists, exceptions):
 * a private file (0600) of this ingestor, replaced with every good feed, never in the warehouse.
 */
export async function saveNames(dataDir: string, feed: string, people: readonly NamedPerson[]): Promise<void> {
  const names = Object.fromEntries(people.map(({ key, name, email }) => [key, { name, email }]));
  await writePrivately(join(directory(dataDir), `${encodeURIComponent(feed)}.json`), JSON.stringify(names));
}

/** Person key → name and address, from the last good feeds. Empty where this ingestor has read none. */
export async function loadNames(dataDir: string): Promise<ReadonlyMap<string, PersonName>> {
  const names = new Map<string, PersonName>();
  for (const file of await nameFiles(dataDir)) {
    const people = JSON.parse(await readFile(file, 'utf8')) as Record<string, PersonName>;
    for (const [key, person] of Object.entries(people)) names.set(key, person);
  }
  return names;
}

/** Takes people out of the name files; true when somebody was in one. */
export async function forgetNames(dataDir: string, keys: ReadonlySet<string>): Promise<boolean> {
  let found = false;
  for (const file of await nameFiles(dataDir)) {
    const people = JSON.parse(await readFile(file, 'utf8')) as Record<string, PersonName>;
    const kept = Object.entries(people).filter(([key]) => !keys.has(key));
    if (kept.length === Object.keys(people).length) continue;
    found = true;
    await writePrivately(file, JSON.stringify(Object.fromEntries(kept)));
  }
  return found;
}

async function nameFiles(dataDir: string): Promise<string[]> {
  try {
    const files = await readdir(directory(dataDir));
    return files.filter((file) => file.endsWith('.json')).map((file) => join(directory(dataDir), file));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
