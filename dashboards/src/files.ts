import { rulesFile } from './alerts/file.ts';
import { boards } from './boards/index.ts';
import { buildBoard } from './lib/board.ts';

/** Every generated file: path from the top of the repository → text. What `npm run dashboards` writes and the drift test compares. */
export function generatedFiles(): Map<string, string> {
  const files = new Map<string, string>();
  for (const board of boards) {
    const name = board.uid.replace(/^sce-/, '');
    files.set(`dashboards/team/${name}.json`, json(buildBoard(board)));
    if (board.isShared !== false) files.set(`dashboards/public/${name}.json`, json(buildBoard(board, 'public')));
  }
  files.set('provisioning/alerting/rules.yaml', rulesFile());
  return files;
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
