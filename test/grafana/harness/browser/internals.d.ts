// Parts of @grafana/runtime that only Grafana itself may import; build.ts points these names at the package's files.
declare module 'grafana-internal/plugin-page' {
  import type { ComponentType } from 'react';
  import type { PluginPageProps } from '@grafana/runtime';
  export function setPluginPage(component: ComponentType<PluginPageProps>): void;
}
declare module 'grafana-internal/panel-data-error-view' {
  import type { ComponentType } from 'react';
  import type { PanelDataErrorViewProps } from '@grafana/runtime';
  export function setPanelDataErrorView(component: ComponentType<PanelDataErrorViewProps>): void;
}
// Version 5, around version 6, as in Grafana itself.
declare module 'grafana-internal/router' {
  import type { ComponentType, ReactNode } from 'react';
  export const Router: ComponentType<{ history: unknown; children?: ReactNode }>;
}
