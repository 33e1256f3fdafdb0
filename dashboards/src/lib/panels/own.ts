import { PanelBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import type { Board } from '../board.ts';
import { target, type Question } from '../query.ts';
import { describe, type PanelText } from './common.ts';

/** One of the plugin's own panels; `options` as its editor writes them, `also` a second query. */
export function ownPanel(
  board: Board,
  type: 'scevoice-lifecycle-panel' | 'scevoice-idlecores-panel',
  text: PanelText & { readonly also?: Question },
  options: Readonly<Record<string, unknown>> = {},
): PanelBuilder {
  const panel = describe(new PanelBuilder().type(type), board, text).options(options);
  return text.also === undefined ? panel : panel.withTarget(target('B', text.also, board.datasource));
}
