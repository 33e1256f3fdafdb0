/* eslint-disable @typescript-eslint/no-deprecated -- Grafana 12 provisions files of the first schema; the second is not for files yet */
import {
  AnnotationQueryBuilder,
  DashboardBuilder,
  DashboardCursorSync,
  DashboardLinkBuilder,
  DashboardLinkType,
  RowBuilder,
  TimePickerBuilder,
} from '@grafana/grafana-foundation-sdk/dashboard';
import type { Dashboard, GridPos, Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import type { DataSourceRef } from '@grafana/grafana-foundation-sdk/common';
import { words } from './panels/text.ts';
import { dataSourceType, dataSourceUid, target } from './query.ts';
import { dataSourceVariable, type Variable } from './variables.ts';

/**
 * `team`: signed-in users of Grafana, with variables and links. `public`: shared with a link. Grafana has no variables there, and
 * its data source answers groups only.
 */
export type Audience = 'team' | 'public';

/** What the panels of a dashboard need to know of it. */
export interface Board {
  readonly audience: Audience;
  readonly datasource: DataSourceRef;
  /** Reference to a variable of the dashboard, or what stands for it where there are none. */
  of(variable: Variable): string;
}

/** The part of the SDK's panel builders that the layout uses. */
export interface PanelBuilder {
  id(id: number): this;
  gridPos(position: GridPos): this;
  build(): Panel;
}

export interface Cell {
  readonly width: number;
  readonly panel: PanelBuilder;
}
/** Panels beside each other, or the heading of those below. */
export type Row = { readonly height: number; readonly cells: readonly Cell[] } | { readonly heading: string };

export interface BoardDefinition {
  readonly uid: string;
  readonly title: string;
  /** The question it answers. */
  readonly description: string;
  /** The question and how it is answered, in Markdown: the first thing on the dashboard. */
  readonly says?: string | ((board: Board) => string);
  readonly tags?: readonly string[];
  readonly from?: string;
  readonly variables: readonly Variable[];
  /** Words only: no data source to choose. */
  readonly hasNoQueries?: boolean;
  /** Whether there is a variant to share by a link; default true. False for what is about single persons. */
  readonly isShared?: boolean;
  /** What is marked on the time axis. */
  readonly marks?: readonly Mark[];
  rows(board: Board): readonly Row[];
}

/** Kinds of the view `annotations`. */
export type Mark = 'deletion' | 'price' | 'release' | 'gap';

const marks: Readonly<Record<Mark, readonly [name: string, color: string]>> = {
  deletion: ['Deletions by rule', 'orange'],
  price: ['Price changes', 'purple'],
  release: ['Releases and ends of life', 'blue'],
  gap: ['Gaps in the data', 'red'],
};

export const tag = 'sce-voice';

/** Panels of a row with their widths; the row is 24 wide. */
export function row(height: number, ...cells: readonly (readonly [width: number, panel: PanelBuilder])[]): Row {
  return { height, cells: cells.map(([width, panel]) => ({ width, panel })) };
}

export function heading(text: string): Row {
  return { heading: text };
}

/** The dashboard as Grafana stores it. Ids count up from 1 in the order of the panels. */
export function buildBoard(definition: BoardDefinition, audience: Audience = 'team'): Dashboard {
  const isPublic = audience === 'public';
  const board: Board = {
    audience,
    datasource: { type: dataSourceType, uid: isPublic ? dataSourceUid : `\${${dataSourceVariable.name}}` },
    of: (variable) => (isPublic ? variable.fallback : `\${${variable.name}}`),
  };
  const builder = new DashboardBuilder(isPublic ? `${definition.title} (to share)` : definition.title)
    .uid(isPublic ? `${definition.uid}-public` : definition.uid)
    .description(definition.description)
    .tags([isPublic ? `${tag}-public` : tag, ...(definition.tags ?? [])])
    .time({ from: definition.from ?? 'now-30d', to: 'now' })
    .timezone('browser')
    .weekStart('monday')
    .tooltip(DashboardCursorSync.Crosshair)
    .timepicker(new TimePickerBuilder().refreshIntervals(['15m', '1h']));
  if (!isPublic) {
    const first = definition.hasNoQueries === true ? [] : [dataSourceVariable];
    for (const variable of [...first, ...definition.variables]) builder.withVariable(variable.build());
    for (const mark of definition.marks ?? []) builder.annotation(annotationOf(mark, board.datasource));
    builder.link(
      new DashboardLinkBuilder('Dashboards of SCE Voice')
        .type(DashboardLinkType.Dashboards)
        .tags([tag])
        .asDropdown(true)
        .keepTime(true)
        .includeVars(true)
        .icon('external link')
        .tooltip('The other questions, for the same time and filters'),
    );
  }
  const { says } = definition;
  const opening = typeof says === 'function' ? says(board) : says;
  place(builder, [
    ...(opening === undefined ? [] : [row(2, [24, words('What this dashboard answers.', opening)])]),
    ...definition.rows(board),
  ]);
  return builder.build();
}

function annotationOf(mark: Mark, datasource: DataSourceRef): AnnotationQueryBuilder {
  const [name, color] = marks[mark];
  return (
    new AnnotationQueryBuilder()
      .name(name)
      .datasource(datasource)
      // Rules delete often; who wants to see it switches it on.
      .enable(mark !== 'deletion')
      .iconColor(color)
      .target(target('Anno', { view: 'annotations', params: { kind: [mark] } }, datasource))
  );
}

function place(builder: DashboardBuilder, rows: readonly Row[]): void {
  let y = 0;
  let id = 0;
  for (const each of rows) {
    if ('heading' in each) {
      builder.withRow(new RowBuilder(each.heading).id(++id).gridPos({ x: 0, y, w: 24, h: 1 }));
      y += 1;
      continue;
    }
    let x = 0;
    for (const { width, panel } of each.cells) {
      builder.withPanel(panel.id(++id).gridPos({ x, y, w: width, h: each.height }));
      x += width;
    }
    if (x > 24) throw new Error(`a row is ${x} wide; 24 fit`);
    y += each.height;
  }
}
