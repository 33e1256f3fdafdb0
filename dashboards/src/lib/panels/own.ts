import { PanelBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import type { Board } from '../board.ts';
import { describe, type PanelText } from './common.ts';

/** One of the plugin's own panels; `options` as its editor writes them. */
export function ownPanel(
  board: Board,
  type: 'scevoice-lifecycle-panel' | 'scevoice-idlecores-panel',
  text: PanelText,
  options: Readonly<Record<string, unknown>> = {},
): PanelBuilder {
  return describe(new PanelBuilder().type(type), board, text).options(options);
}
