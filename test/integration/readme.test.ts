import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { loadConfig } from '../../ingestor/src/config.ts';
import { configurationReference } from '../support/configuration-reference.ts';

const readme = readFileSync('README.md', 'utf8');
const scripts = (JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> }).scripts;

/** `| names | default | meaning |` of the table of environment variables. */
const rows = [...readme.matchAll(/^\| (`SCE_[^|]+)\|([^|]*)\| .+ \|$/gm)].map(([, names, fallback]) => ({
  names: [...names!.matchAll(/`(\w+)`/g)].map(([, name]) => name!),
  fallback: fallback!.trim().replaceAll('`', ''),
}));

/** Loads the configuration and notes which variables it asks for. */
function askedFor(): Set<string> {
  const asked = new Set<string>();
  loadConfig(new Proxy<Record<string, string>>({}, { get: (_, name: string) => void asked.add(name) }));
  return asked;
}

describe('the README', () => {
  it('lists exactly the environment variables that are read', () => {
    expect(rows.flatMap(({ names }) => names).sort()).toEqual([...askedFor()].sort());
  });

  it('states their defaults', () => {
    const unset = loadConfig({});
    const stated = rows.filter(({ fallback, names }) => fallback !== '' && names[0] !== 'SCE_CONFIG');
    expect(stated.length).toBeGreaterThan(4);
    for (const { names, fallback } of stated) expect(loadConfig({ [names[0]!]: fallback }), names[0]).toEqual(unset);
    for (const { names } of rows.filter(({ fallback }) => fallback === ''))
      for (const name of names) expect(loadConfig({ [name]: '' }), name).toEqual(unset);
  });

  it('names only npm scripts that exist', () => {
    const text = readme + readFileSync('CONTRIBUTING.md', 'utf8');
    const named = [...text.matchAll(/npm (?:run )?(start|test|demo|bench|check|docs|format)\b/g)].map(
      ([, name]) => name!,
    );
    expect(new Set(named).size).toBeGreaterThan(4);
    for (const name of named) expect(scripts).toHaveProperty(name);
  });

  it('has YAML that can be pasted', () => {
    const blocks = [...readme.matchAll(/```yaml\n(.*?)```/gs)].map(([, yaml]) => parse(yaml!) as object);
    expect(blocks).toHaveLength(2);
    expect(blocks[0]).toHaveProperty('remote_write');
  });

  it.each(['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'docs/configuration.md'])('%s has no dead link', (file) => {
    const targets = [...readFileSync(file, 'utf8').matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, target]) => target!);
    for (const target of targets) expect(existsSync(join(dirname(file), target)), target).toBe(true);
  });
});

describe('docs/configuration.md', () => {
  it('is what `npm run docs` writes', () => {
    expect(readFileSync('docs/configuration.md', 'utf8')).toBe(configurationReference());
  });
});
