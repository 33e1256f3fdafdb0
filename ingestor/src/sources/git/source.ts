import type { PollSource } from '../source.ts';
import { pollForge } from './poll.ts';

/** Git forges: repositories, their languages, members, commits and lock files. */
export const gitSource: PollSource = {
  kind: 'poll',
  id: 'git',
  description: 'repositories, languages, members, weekly commits and lock files of GitLab and GitHub',
  migrations: [new URL('tables.sql', import.meta.url)],

  instances(context) {
    return context.config.git.forges.map((forge) => ({
      name: forge.name,
      schedule: forge.schedule,
      poll: (run) => pollForge(forge, run, context),
    }));
  },
};
