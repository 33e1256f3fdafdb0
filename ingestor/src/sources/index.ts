import { awsBatchSource } from './aws-batch/source.ts';
import { connectSource } from './connect/source.ts';
import { costExportSource } from './cost-export/source.ts';
import { eventsSource } from './events/source.ts';
import { gitSource } from './git/source.ts';
import { homeDrivesSource } from './home-drives/source.ts';
import { hrSource } from './hr/source.ts';
import { imagesSource } from './images/source.ts';
import { jupyterHubSource } from './jupyterhub/source.ts';
import { kubernetesAuditSource } from './kubernetes-audit/source.ts';
import { packageManagerSource } from './package-manager/source.ts';
import { pricesSource } from './prices/source.ts';
import { prometheusSource } from './prometheus/index.ts';
import type { PollSource, PushSource } from './source.ts';

/** Sources others send to. To add one: a folder here and a line below. */
export const pushSources: readonly PushSource[] = [eventsSource, kubernetesAuditSource, prometheusSource];

/** Sources we ask on a schedule. */
export const pollSources: readonly PollSource[] = [
  hrSource,
  jupyterHubSource,
  imagesSource,
  connectSource,
  gitSource,
  packageManagerSource,
  awsBatchSource,
  homeDrivesSource,
  pricesSource,
  costExportSource,
];
