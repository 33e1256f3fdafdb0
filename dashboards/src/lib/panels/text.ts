import { PanelBuilder, TextMode } from '@grafana/grafana-foundation-sdk/text';

/** A few lines of Markdown, without a frame. */
export function words(says: string, content: string): PanelBuilder {
  return new PanelBuilder().mode(TextMode.Markdown).content(content).description(says).transparent(true);
}
