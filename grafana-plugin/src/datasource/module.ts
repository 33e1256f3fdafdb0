import { DataSourcePlugin } from '@grafana/data';
import { SceVoiceDataSource } from './datasource';

export const plugin = new DataSourcePlugin(SceVoiceDataSource);
