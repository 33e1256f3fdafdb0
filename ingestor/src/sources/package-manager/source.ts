import type { PollSource } from '../source.ts';
import { pollPackageManager } from './poll.ts';

/** Posit Package Manager: the newest versions of packages, and which of them are one's own. */
export const packageManagerSource: PollSource = {
  kind: 'poll',
  id: 'package-manager',
  description: 'newest versions of packages and packages of one’s own, from Posit Package Manager',
  migrations: [new URL('tables.sql', import.meta.url)],

  instances: (context) =>
    context.config.package_manager.servers.map((server) => ({
      name: server.name,
      schedule: server.schedule,
      poll: (run) => pollPackageManager(server, run, context),
    })),
};
