import type { Command } from 'commander';
import { catalogCommand } from './catalog.ts';
import { cleanupCommand } from './cleanup.ts';
import { importCostsCommand } from './import-costs.ts';
import { personCommand } from './person.ts';
import { pollCommand } from './poll.ts';
import { serveCommand } from './serve.ts';
import { viewCommand } from './view.ts';

/** Every command. To add one: a file here that exports a function `(program) => void`, and a line below. */
export const commands: readonly ((program: Command) => void)[] = [
  serveCommand,
  viewCommand,
  catalogCommand,
  pollCommand,
  importCostsCommand,
  personCommand,
  cleanupCommand,
];
