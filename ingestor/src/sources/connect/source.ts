import type { PollSource } from '../source.ts';
import { pollConnect } from './poll.ts';

/** Posit Connect servers: what is published there, who looks at it, what runs, and what it needs. */
export const connectSource: PollSource = {
  kind: 'poll',
  id: 'connect',
  description: 'users, content, bundles, jobs, schedules, visits, packages and storage of Posit Connect servers',
  migrations: [new URL('tables.sql', import.meta.url)],

  instances(context) {
    return context.config.connect.servers.map((server) => ({
      name: server.name,
      schedule: server.schedule,
      poll: (run) => pollConnect(server, run, context),
    }));
  },
};
