import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseFileConfig } from '../../config.ts';
import { parseReference, type ImageReference } from './reference.ts';
import { createVersionRules, type ImageConfig, type Versions } from './versions.ts';

const labels = { r: ['com.example.sce.r-version'], python: ['com.example.sce.python-version'], quarto: [] };
const rules = createVersionRules(parseFileConfig({ images: { labels } }, 'test').images);

const reference = (image: string): ImageReference => {
  const parsed = parseReference(image);
  if (!parsed) throw new Error(image);
  return parsed;
};
/** `4.4.1,4.3.3 | 3.12.6 | -`: R, Python, Quarto. */
const summary = (versions: Versions) =>
  (['r', 'python', 'quarto'] as const).map((runtime) => versions[runtime]?.versions.join(',') ?? '-').join(' | ');

describe('tags', () => {
  it.each([
    ['registry.example.com/posit/session:R4.5.2-python3.14.3-ubuntu-24.04', '4.5.2 | 3.14.3 | -'],
    ['session:ubuntu2204-r4.4.1_4.3.3-py3.12.6_3.11.10', '4.4.1,4.3.3 | 3.12.6,3.11.10 | -'],
    ['session:r4.3.3_4.4.1', '4.4.1,4.3.3 | - | -'],
    ['session:r4.4.1_4.4.1', '4.4.1 | - | -'],
    ['session:r4.9.1_4.10.1', '4.10.1,4.9.1 | - | -'],
    ['rocker/r-ver:4.4.1', '4.4.1 | - | -'],
    ['rocker/r-ver:4.4', '4.4 | - | -'],
    ['rocker/tidyverse:4.3.2', '4.3.2 | - | -'],
    ['rocker/rstudio:2023.12.0', '- | - | -'],
    ['python:3.12.1-slim', '- | 3.12.1 | -'],
    ['connect/content:r4.4.1-py3.12.6-quarto1.5.57', '4.4.1 | 3.12.6 | 1.5.57'],
    ['content:r-4.4.1_python-3.12', '4.4.1 | 3.12 | -'],
    ['localhost:5000/session:R4.4.1', '4.4.1 | - | -'],
    ['session:r4.4.1_22.04', '4.4.1 | - | -'],
    ['session:ubuntu22.04', '- | - | -'],
    ['session:latest', '- | - | -'],
    ['session:v4.4.1', '- | - | -'],
    ['session:ver4.4.1', '- | - | -'],
    ['session:r2026.1.2', '- | - | -'],
    ['r4.4.1/session:1.0', '- | - | -'],
    ['happy:3.12', '- | - | -'],
    [`session@sha256:${'a'.repeat(64)}`, '- | - | -'],
    [`session:r4.4.1@sha256:${'a'.repeat(64)}`, '4.4.1 | - | -'],
  ])('%s → %s', (image, expected) => {
    expect(summary(rules.fromTag(reference(image)))).toBe(expected);
  });

  it('can be read by own patterns', () => {
    const own = createVersionRules({
      labels,
      tag_patterns: ['^sce:(?<r>\\d)\\D', 'sce:[\\d.]+r(?<r>[\\d.]+)p(?<python>[\\d.]+)$'],
    });
    expect(summary(own.fromTag(reference('sce:7.1r4.4.1p3.12.6')))).toBe('4.4.1 | 3.12.6 | -');
  });

  it.each([
    ['(?<r>', 'is not a regular expression'],
    ['r(\\d+)', 'has no named group'],
  ])('a pattern %s is refused', (pattern, why) => {
    expect(() => createVersionRules({ labels, tag_patterns: [pattern] })).toThrow(why);
  });

  it('never yield anything but version numbers', () => {
    const tag = fc.stringMatching(/^[\w.-]{0,60}$/);
    fc.assert(
      fc.property(
        fc.oneof(
          tag,
          tag.map((text) => `r4.4.1_${text}`),
        ),
        (text) => {
          const found = rules.fromTag({ host: 'docker.io', repository: 'session', tag: text, digest: '' });
          for (const { versions } of Object.values(found))
            for (const version of versions) expect(version).toMatch(/^\d{1,4}(\.\d{1,4}){1,3}$/);
        },
      ),
    );
  });
});

describe('images: the first that says something wins', () => {
  const image = (changes: {
    labels?: Record<string, string>;
    env?: Record<string, string>;
    history?: string[];
  }): ImageConfig => ({
    labels: changes.labels ?? {},
    environment: changes.env ?? {},
    history: changes.history ?? [],
  });
  const PATH = '/opt/R/4.0.0/bin:/opt/python/3.9.1/bin:/usr/bin';
  const history = ['ENV R_VERSION=3.6.3', '/bin/sh -c #(nop)  ENV R_VERSION=3.6.4', 'RUN echo MY_R_VERSION=9.9.9'];
  const label = { 'com.example.sce.r-version': '4.5.1, 4.5.2' };

  it.each([
    [
      'label',
      'session:r4.3.3',
      image({ labels: label, env: { R_VERSION: '4.4.1', PATH }, history }),
      '4.5.2,4.5.1',
      'label',
    ],
    ['environment', 'session:r4.3.3', image({ env: { R_VERSION: '4.4.1', PATH }, history }), '4.4.1', 'env'],
    ['tag', 'session:r4.3.3', image({ env: { PATH }, history }), '4.3.3', 'tag'],
    ['path', 'session:latest', image({ env: { PATH }, history }), '4.0.0', 'path'],
    [
      'two on the path',
      'session:1',
      image({ env: { PATH: '/opt/R/4.3.3/bin:/opt/R/4.4.1/bin/' } }),
      '4.4.1,4.3.3',
      'path',
    ],
    ['history', 'session:latest', image({ history }), '3.6.4', 'history'],
    [
      'history in quotes',
      'session:1',
      image({ history: ['|1 R_VERSION="4.2.1" /bin/sh -c make'] }),
      '4.2.1',
      'history',
    ],
    ['no version in the variable', 'session:r4.3.3', image({ env: { R_VERSION: 'latest' } }), '4.3.3', 'tag'],
    ['an empty label', 'session:r4.3.3', image({ labels: { 'com.example.sce.r-version': '' } }), '4.3.3', 'tag'],
  ])('%s', (_, name, config, versions, source) => {
    const found = rules.fromImage(reference(name), config).r;
    expect([found?.versions.join(','), found?.source]).toEqual([versions, source]);
  });

  it('each runtime has its own source', () => {
    const found = rules.fromImage(reference('session:r4.3.3'), image({ env: { PYTHON_VERSION: '3.12.6', PATH } }));
    expect([found.r?.source, found.python?.source, found.quarto]).toEqual(['tag', 'env', undefined]);
  });
});

describe('references', () => {
  const digest = `sha256:${'a'.repeat(64)}`;
  it.each([
    ['python', ['docker.io', 'library/python', '', '']],
    ['rocker/r-ver:4.4.1', ['docker.io', 'rocker/r-ver', '4.4.1', '']],
    ['index.docker.io/rocker/r-ver:4', ['docker.io', 'rocker/r-ver', '4', '']],
    ['localhost/a/b:1', ['localhost', 'a/b', '1', '']],
    ['registry.example.com:5000/a/b__c:1', ['registry.example.com:5000', 'a/b__c', '1', '']],
    [`registry.example.com/a@${digest}`, ['registry.example.com', 'a', '', digest]],
    [`registry.example.com/a:1@${digest}`, ['registry.example.com', 'a', '1', digest]],
  ])('%s', (image, [host, repository, tag, expected]) => {
    expect(parseReference(image)).toEqual({ host, repository, tag, digest: expected });
  });

  it.each([digest, '', '/', 'a//b', 'UPPER/case', 'a/../b', 'a b', 'registry.example.com/', 'a:b:c', 'a:..', 'a?x=1'])(
    '%s is none',
    (image) => {
      expect(parseReference(image)).toBeNull();
    },
  );

  it('no text leads out of the registry', () => {
    fc.assert(
      fc.property(fc.string(), (image) => {
        const parsed = parseReference(image);
        if (parsed)
          expect(new URL(`v2/${parsed.repository}/manifests/${parsed.tag || 'x'}`, 'https://r/').pathname).toMatch(
            /^\/v2\/[a-z0-9]/,
          );
      }),
    );
  });
});
