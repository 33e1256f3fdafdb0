import type { GrafanaTheme2 } from '@grafana/data';
import { patternStyle } from './model/patterns.ts';
import type { Workspace } from './model/workspace.ts';
import type { ColorBy } from './options.ts';

/** Distinct for any colour vision in this order; lightness differs from one to the next. */
const palette = {
  dark: ['#6ea6ff', '#ffb04d', '#5fd3bc', '#f07fae', '#fff06b', '#b99cff', '#9ccc5a', '#d8d9da'],
  light: ['#1f60c4', '#d95b00', '#1b8a75', '#a3154e', '#b58900', '#6a2fb5', '#4d7a12', '#5a5a5a'],
} as const;
const endings = ['user', 'rule', 'eviction', 'oom', 'completed', 'unknown', 'alive'];

export function patternColor(theme: GrafanaTheme2, pattern: string): string {
  return theme.visualization.getColorByName(patternStyle(pattern).color[theme.isDark ? 'dark' : 'light']);
}

export interface Colors {
  readonly of: (workspace: Workspace) => string;
  /** Names and their colours, for a key; none for patterns, whose legend is one. */
  readonly key: readonly { readonly name: string; readonly color: string }[];
}

/** Colours of workspaces. Names keep theirs however rows are sorted or filtered: `all` decides. */
export function colorsBy(theme: GrafanaTheme2, by: ColorBy, all: readonly Workspace[]): Colors {
  if (by === 'pattern') {
    const cache = new Map<string, string>();
    const of = ({ pattern }: Workspace): string => {
      const color = cache.get(pattern) ?? patternColor(theme, pattern);
      cache.set(pattern, color);
      return color;
    };
    return { of, key: [] };
  }
  const nameOf = (workspace: Workspace): string =>
    by === 'ended-by' ? (workspace.endedBy ?? 'alive') : (workspace[by] ?? 'unattributed');
  const names = by === 'ended-by' ? endings : [...new Set(all.map(nameOf))].sort();
  const colors = palette[theme.isDark ? 'dark' : 'light'];
  const colorOf = new Map(names.map((name, index) => [name, colors[index % colors.length] ?? colors[0]]));
  return {
    of: (workspace) => colorOf.get(nameOf(workspace)) ?? colors[0],
    key: [...colorOf].map(([name, color]) => ({ name, color })),
  };
}
