import { readFileSync } from 'node:fs';
import { row, type BoardDefinition, type PanelBuilder } from './lib/board.ts';
import { words } from './lib/panels/index.ts';
import { uids } from './boards/uids.ts';

/** Files of docs/runbooks, in the order of the dashboard that shows them. */
export const runbookNames = [
  'data-gap',
  'source-failing',
  'idle-role',
  'node-idle',
  'cost-anomaly',
  'forecast-over-budget',
  'end-of-life',
  'connect-schedules',
  'connect-failing',
  'connect-cleanup',
  'batch-failing',
  'batch-cost',
] as const;
export type RunbookName = (typeof runbookNames)[number];

/** The pages of docs/runbooks as a dashboard: whom an alert wakes has Grafana at hand, not this repository. */
export const runbooks: BoardDefinition = {
  uid: uids.runbooks,
  title: 'Runbooks',
  description: 'What to do when an alert of SCE Voice comes',
  variables: [],
  hasNoQueries: true,
  isShared: false,
  // Two beside each other: lines stay short, and the page half as long.
  rows: () =>
    runbookNames.flatMap((_, at) =>
      at % 2 === 1 ? [] : [row(14, ...runbookNames.slice(at, at + 2).map((each) => [12, page(each)] as const))],
    ),
};

/** Address of a page, for the annotation of an alert: Grafana fills in its own. */
export function runbookUrl(name: RunbookName): string {
  // Grafana's address ends with a slash.
  return `{{ externalURL }}d/${uids.runbooks}?viewPanel=panel-${runbookNames.indexOf(name) + 1}`;
}

function page(name: RunbookName): PanelBuilder {
  return words(`What to do: ${name.replaceAll('-', ' ')}. From docs/runbooks/${name}.md.`, textOf(name));
}

function textOf(name: RunbookName): string {
  return readFileSync(new URL(`../../docs/runbooks/${name}.md`, import.meta.url), 'utf8').trim();
}
