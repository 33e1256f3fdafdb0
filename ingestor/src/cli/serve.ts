import { setFlagsFromString } from 'node:v8';
import type { Command } from 'commander';
import { loadConfig } from '../config.ts';

export function serveCommand(program: Command): void {
  program
    .command('serve')
    .description('start the service: QuestDB (unless SCE_QUESTDB_URL is set), ingestor, views; until it is stopped')
    .action(async () => {
      // Left alone, V8 lets a small heap grow to four times what is alive before it collects; roll-ups make much that is not.
      setFlagsFromString('--heap-growing-percent=50');
      // Loaded here: the other commands are clients and need none of it.
      const { serve } = await import('../server.ts');
      await serve(loadConfig());
    });
}
