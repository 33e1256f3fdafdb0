import { InvalidArgumentError, Command, CommanderError } from 'commander';

export interface DemoOptions {
  /** End with the summary. */
  readonly once: boolean;
  readonly people: number;
  readonly days: number;
  readonly seed: number;
  /** Interval of cAdvisor's samples in the back-fill, seconds. */
  readonly scrape: number;
  /** Interval of what seldom changes (requests, owners, volumes) in the back-fill, seconds. */
  readonly slow: number;
  /** Interval of everything when live, seconds. */
  readonly live: number;
  /** YAML laid over the configuration of the service, key by key; empty: none. */
  readonly config: string;
}

export const ALL_PEOPLE = 1200;
const DEFAULT_PEOPLE = 120;

/** Reads the command line. Null: help was asked for, or it was not understood; then `process.exitCode` says which. */
export function readOptions(args: readonly string[]): DemoOptions | null {
  const program = new Command('npm run demo --')
    .description(
      'Starts sce-voice, sends it the last days of an invented organisation through the real protocols, prints what the views say, and goes on live.',
    )
    .option('--once', 'end with the summary, exit 0', false)
    .option('--people <n>', `people in the organisation, 60 or more (default ${String(DEFAULT_PEOPLE)})`, whole(60))
    .option('--all', `everybody (${String(ALL_PEOPLE)} people), a sample a minute; takes hours`, false)
    .option('--days <n>', 'days of history', whole(1), 90)
    .option(
      '--scrape <seconds>',
      'interval of samples in the history: a divisor of 300 (default 300; 60 with --all)',
      divisor,
    )
    .option('--live <seconds>', 'interval when live: a divisor of 300', divisor, 15)
    .option('--config <file>', 'YAML laid over the configuration of the service, key by key', '')
    .option('--seed <n>', 'another organisation', whole(0), 2971)
    .exitOverride();
  try {
    program.parse([...args], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    process.exitCode = error.exitCode === 0 ? 0 : 2;
    return null;
  }
  const given = program.opts<{
    once: boolean;
    people?: number;
    all: boolean;
    days: number;
    scrape?: number;
    live: number;
    seed: number;
    config: string;
  }>();
  return {
    once: given.once,
    days: given.days,
    seed: given.seed,
    live: given.live,
    config: given.config,
    people: given.people ?? (given.all ? ALL_PEOPLE : DEFAULT_PEOPLE),
    scrape: given.scrape ?? (given.all ? 60 : 300),
    slow: given.all ? 300 : 3600,
  };
}

function whole(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!Number.isInteger(value) || value < least)
      throw new InvalidArgumentError(`a whole number of at least ${String(least)} is needed.`);
    return value;
  };
}

function divisor(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || 300 % value !== 0)
    throw new InvalidArgumentError('seconds that divide 300 are needed, such as 15, 60 or 300.');
  return value;
}
