import { VisualizationSuggestionScore, type PanelDataSummary } from '@grafana/data';
import { frameWith } from './frames.ts';

/** Grafana offers the panel where the data have its columns: nothing shows them better. */
export function suggestFor(name: string, required: readonly string[]) {
  return (summary: PanelDataSummary) =>
    frameWith(summary.rawFrames ?? [], required) ? [{ name, score: VisualizationSuggestionScore.Best }] : [];
}
