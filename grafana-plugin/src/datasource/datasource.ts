import { DataSourceWithBackend } from '@grafana/runtime';
import type { SceVoiceQuery } from './types';

export class SceVoiceDataSource extends DataSourceWithBackend<SceVoiceQuery> {}
