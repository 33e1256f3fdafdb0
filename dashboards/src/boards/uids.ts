/** Addresses of the dashboards: `/d/<uid>`. People bookmark them; renaming breaks their links. */
export const uids = {
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
