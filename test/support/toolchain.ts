import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

interface Tool {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
  /** The version is this expression's first group. */
  readonly version: RegExp;
  readonly atLeast: number;
  readonly why: string;
}

const tools: readonly Tool[] = [
  {
    name: 'Java',
    command: ['java', '-version'],
    version: /version "(\d+)/,
    atLeast: 17,
    why: 'runs the embedded QuestDB (Debian: default-jre-headless)',
  },
  {
    name: 'Maven',
    command: ['mvn', '--version'],
    version: /Apache Maven (\d+)/,
    atLeast: 3,
    why: 'fetches QuestDB (Debian: maven)',
  },
  {
    name: 'Go',
    command: ['go', 'version'],
    version: /go version go(\d+)/,
    atLeast: 1,
    why: "builds the Grafana plugin's backend (go.dev/dl)",
  },
];

/** One line for each tool that is missing or too old; empty when all is well. */
export function toolchainProblems(): string[] {
  return tools
    .filter((tool) => tool.name !== 'Go' || existsSync('grafana-plugin/go.mod'))
    .flatMap((tool) => {
      const [program, ...args] = tool.command;
      const result = spawnSync(program, args, { encoding: 'utf8' });
      const found = tool.version.exec(result.stdout + result.stderr)?.[1];
      if (result.error || found === undefined) return [`${tool.name} ≥ ${tool.atLeast} is missing: it ${tool.why}`];
      if (Number(found) < tool.atLeast)
        return [`${tool.name} ${found} is too old, ${tool.atLeast} is needed: it ${tool.why}`];
      return [];
    });
}
