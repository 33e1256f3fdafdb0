/** Uids of the provisioned dashboards (`dashboards/src/boards/uids.ts`): pages and data links lead there. */
export const boards = {
  overview: 'sce-overview',
  idle: 'sce-idle',
  cost: 'sce-cost',
  lifeCycle: 'sce-life-cycle',
  workspaces: 'sce-workspaces',
  runtimes: 'sce-runtimes',
  departments: 'sce-departments',
  carbon: 'sce-carbon',
  quality: 'sce-quality',
  connectCleanup: 'sce-connect-cleanup',
  connectSchedules: 'sce-connect-schedules',
  packages: 'sce-packages',
  batch: 'sce-batch',
  batchItems: 'sce-batch-items',
  runbooks: 'sce-runbooks',
} as const;
