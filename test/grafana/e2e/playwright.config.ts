import type { PluginOptions } from '@grafana/plugin-e2e';
import { defineConfig, devices } from '@playwright/test';
import { admin, basic, grafanaUrl } from './environment.ts';

/** Against a Grafana that runs already (README.md). Without GRAFANA_URL there is nothing to run. */
export default defineConfig<PluginOptions>({
  testDir: '.',
  testMatch: grafanaUrl === '' ? [] : '*.spec.ts',
  outputDir: '../../../test-results/e2e',
  workers: 1,
  // A board with its first query to a cold warehouse.
  timeout: 180_000,
  expect: { timeout: 60_000 },
  reporter: [['list']],
  use: {
    baseURL: grafanaUrl,
    grafanaAPICredentials: admin,
    // Grafana takes the session of this header: no log-in page, and the user's identity is signed all the same.
    extraHTTPHeaders: basic(admin),
    screenshot: 'only-on-failure',
    ...(process.env['CHROMIUM']
      ? { launchOptions: { executablePath: process.env['CHROMIUM'], args: ['--no-sandbox'] } }
      : {}),
  },
  projects: [{ name: 'chromium', use: { ...devices['Desktop Chrome'], viewport: { width: 1600, height: 900 } } }],
});
