import type { AnyView } from './view.ts';
import { annotations } from './annotations/view.ts';
import { batchRunItems } from './batch-runs/items-view.ts';
import { batchRuns } from './batch-runs/view.ts';
import { connectCleanupItems } from './connect-cleanup/items-view.ts';
import { connectCleanup } from './connect-cleanup/view.ts';
import { connectScheduleItems } from './connect-schedules/items-view.ts';
import { connectSchedules } from './connect-schedules/view.ts';
import { connectUsage } from './connect-usage/view.ts';
import { containerChurn } from './container-churn/view.ts';
import { lifecyclePatterns } from './container-lifecycle/patterns-view.ts';
import { containerLifecycle } from './container-lifecycle/view.ts';
import { containerSurvival } from './container-survival/view.ts';
import { carbon } from './carbon/view.ts';
import { personCarbon } from './carbon/person-view.ts';
import { cost } from './cost/view.ts';
import { costAnomalies } from './cost-forecast/anomalies-view.ts';
import { departmentCostAnomalies } from './cost-forecast/department-anomalies-view.ts';
import { costForecast } from './cost-forecast/view.ts';
import { dataQuality } from './data-quality/view.ts';
import { endOfLife } from './end-of-life/view.ts';
import { dataTransfer } from './data-transfer/view.ts';
import { departmentFrequency } from './department-frequency/view.ts';
import { idleCost } from './idle-cost/view.ts';
import { idleCores } from './idle-cores/view.ts';
import { idleCoresSummary } from './idle-cores/summary.ts';
import { nodeIdle } from './node-idle/view.ts';
import { packageUse } from './package-use/view.ts';
import { personActivity } from './person-activity/view.ts';
import { repositories } from './repositories/view.ts';
import { rightSizeExceptions } from './right-size/exceptions.ts';
import { rightSize } from './right-size/view.ts';
import { runtimeVersions } from './runtime-versions/view.ts';
import { savings } from './savings/view.ts';
import { sourceStatus } from './source-status/view.ts';
import { storageClaims } from './storage/claims-view.ts';
import { storage } from './storage/view.ts';
import { personCost } from './person-cost/view.ts';
import { runtimeMigration } from './runtime-migration/view.ts';
import { userActivity } from './user-activity/view.ts';
import { personWhatIf } from './what-if/person-view.ts';
import { whatIf } from './what-if/view.ts';

/** Every view there is. To add one: a folder here and a line below (docs/views.md). */
export const views: readonly AnyView[] = [
  dataQuality,
  sourceStatus,
  idleCores,
  idleCoresSummary,
  nodeIdle,
  idleCost,
  cost,
  personCost,
  costForecast,
  costAnomalies,
  departmentCostAnomalies,
  carbon,
  personCarbon,
  runtimeMigration,
  rightSize,
  rightSizeExceptions,
  whatIf,
  personWhatIf,
  savings,
  containerLifecycle,
  lifecyclePatterns,
  containerChurn,
  containerSurvival,
  runtimeVersions,
  endOfLife,
  storage,
  storageClaims,
  departmentFrequency,
  userActivity,
  personActivity,
  connectCleanup,
  connectCleanupItems,
  connectSchedules,
  connectScheduleItems,
  connectUsage,
  repositories,
  packageUse,
  dataTransfer,
  batchRuns,
  batchRunItems,
  annotations,
];
