#!/usr/bin/env node
import { existsSync } from 'node:fs';

// Built: plain JavaScript. In a checkout: the sources, through tsx.
const built = new URL('../dist/cli.js', import.meta.url);
const source = new URL('../src/cli.ts', import.meta.url);
if (existsSync(source)) {
  const { register } = await import('tsx/esm/api');
  register();
  await import(source.href);
} else {
  await import(built.href);
}
