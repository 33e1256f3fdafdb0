import type { Command } from 'commander';
import { loadConfig } from '../config.ts';
import { connectToService } from './client.ts';

/** `person export|erase <id…>`: ids are user names, e-mail addresses or person keys of one person. */
export function personCommand(program: Command): void {
  const person = program.command('person').description('everything stored about one person');
  person
    .command('export <ids...>')
    .description('print every stored row as JSON')
    .action(async (ids: string[]) => {
      const answer = await connectToService(loadConfig()).json('POST', '/api/v1/person/export', { ids });
      process.stdout.write(`${JSON.stringify(answer, null, 2)}\n`);
    });
  person
    .command('erase <ids...>')
    .description(
      'make every stored row nobody’s; take the person out of the HR feed first, or the next one brings them back',
    )
    .action(async (ids: string[]) => {
      const answer = await connectToService(loadConfig()).json<{ remaining: string[] }>(
        'POST',
        '/api/v1/person/erase',
        { ids },
      );
      if (answer.remaining.length === 0) process.stdout.write('erased; a search of all tables finds nothing more\n');
      else {
        process.stderr.write(`still found in ${answer.remaining.join(', ')}: run it again\n`);
        process.exitCode = 1;
      }
    });
}
