import type { DataQuery } from '@grafana/schema';

export interface SceVoiceQuery extends DataQuery {
  view: string;
}
