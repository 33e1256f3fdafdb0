/** Uids of the provisioned dashboards (`dashboards/`): pages and data links lead there. */
export const boards = {
  overview: 'sce-overview',
  idle: 'sce-idle-cores',
  cost: 'sce-cost',
  lifecycle: 'sce-lifecycle',
  runtimes: 'sce-runtimes',
  departments: 'sce-departments',
  carbon: 'sce-carbon',
  dataQuality: 'sce-data-quality',
} as const;
