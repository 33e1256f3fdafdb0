import type { Command } from 'commander';
import { loadClientConfig } from '../config.ts';
import { connectToService } from './client.ts';

interface Erased {
  readonly keys: readonly string[];
  readonly remaining: readonly string[];
  readonly running: number;
}

/** `person export|erase <id…>`: ids are user names, e-mail addresses, directory ids or person keys of one person. */
export function personCommand(program: Command): void {
  const person = program.command('person').description('everything stored about one person');
  person
    .command('export <ids...>')
    .description('print every stored row as JSON; ids are user names, e-mail addresses, directory ids or person keys')
    .action(async (ids: string[]) => {
      const answer = await connectToService(loadClientConfig()).json('POST', '/api/v1/person/export', { ids });
      process.stdout.write(`${JSON.stringify(answer, null, 2)}\n`);
    });
  person
    .command('erase <ids...>')
    .description('make every stored row nobody’s, for good: HR feeds that name the person again are not listened to')
    .action(async (ids: string[]) => {
      const answer = await connectToService(loadClientConfig()).json<Erased>('POST', '/api/v1/person/erase', { ids });
      if (answer.running > 0)
        process.stderr.write(
          `${answer.running} container${answer.running === 1 ? '' : 's'} of this person still run${answer.running === 1 ? 's' : ''} and will report the owner again: end them, then run it again\n`,
        );
      if (answer.remaining.length === 0) process.stdout.write('erased; a search of all tables finds nothing more\n');
      else process.stderr.write(`still found in ${answer.remaining.join(', ')}: run it again\n`);
      if (answer.remaining.length > 0 || answer.running > 0) process.exitCode = 1;
    });
}
