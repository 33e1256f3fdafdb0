import type { BoardDefinition } from '../lib/board.ts';
import { batch, batchItems } from './batch.ts';
import { carbon } from './carbon.ts';
import { connectCleanup, connectSchedules } from './connect.ts';
import { cost } from './cost.ts';
import { departments } from './departments.ts';
import { idle } from './idle.ts';
import { lifeCycle } from './life-cycle.ts';
import { overview } from './overview.ts';
import { packages } from './packages.ts';
import { quality } from './quality.ts';
import { runtimes } from './runtimes.ts';
import { workspaces } from './workspaces.ts';
import { runbooks } from '../runbooks.ts';

/** Every dashboard there is. To add one: a file here, its uid in uids.ts, a line below. */
export const boards: readonly BoardDefinition[] = [
  overview,
  idle,
  cost,
  lifeCycle,
  workspaces,
  runtimes,
  departments,
  carbon,
  quality,
  connectCleanup,
  connectSchedules,
  packages,
  batch,
  batchItems,
  runbooks,
];
