import { readFileSync, readdirSync } from 'node:fs';

export interface Board {
  readonly uid: string;
  readonly title: string;
  readonly panels: readonly {
    readonly id: number;
    readonly type: string;
    readonly targets?: readonly {
      readonly refId: string;
      readonly view: string;
      readonly params: Readonly<Record<string, unknown>>;
    }[];
  }[];
}

/** The dashboards of a folder of `dashboards/`, as they are provisioned. */
export function boardsOf(folder: 'team' | 'public'): Board[] {
  const directory = new URL(`../../../dashboards/${folder}/`, import.meta.url);
  return readdirSync(directory)
    .filter((name) => name.endsWith('.json'))
    .map((name) => JSON.parse(readFileSync(new URL(name, directory), 'utf8')) as Board);
}

/** How many questions its panels ask when all of them are seen. */
export function questionsIn({ panels }: Board): number {
  return panels.reduce((sum, { targets = [] }) => sum + targets.length, 0);
}
