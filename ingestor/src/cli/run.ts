import { Command, CommanderError } from 'commander';
import { isSceError, messageOf } from '../errors.ts';
import { version } from '../version.ts';
import { commands } from './commands.ts';

/** Runs a command line and gives the exit code: 0 fine, 1 it failed (one line on stderr), 2 it was not understood. */
export async function runCli(args: readonly string[]): Promise<number> {
  const program = new Command('sce-voice')
    .description(
      'Gives a Scientific Computing Environment a voice: what it is used for, what it costs, what lies idle.',
    )
    .version(version)
    .showSuggestionAfterError()
    .exitOverride();
  for (const add of commands) add(program);
  for (const command of program.commands) command.exitOverride();
  try {
    await program.parseAsync(args, { from: 'user' });
    return Number(process.exitCode ?? 0);
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    process.stderr.write(`sce-voice: ${oneLine(error)}\n`);
    return 1;
  }
}

function oneLine(error: unknown): string {
  const text = messageOf(error).replaceAll(/\s*\n\s*/g, ' ');
  return isSceError(error) ? `${text} (${error.code})` : text;
}
