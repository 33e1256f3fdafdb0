import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: [
      'ingestor/src/**/*.test.ts',
      'test/**/*.test.ts',
      'dashboards/**/*.test.ts',
      'grafana-plugin/src/**/*.test.ts',
    ],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 180_000,
    teardownTimeout: 60_000,
    globalSetup: ['test/support/global-setup.ts'],
  },
});
