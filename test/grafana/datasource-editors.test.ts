import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { SceVoiceQuery } from '../../grafana-plugin/src/datasource/types.ts';
import { closeBrowser, openHarness, playedData, type Harness, type HarnessOptions } from './harness/open.ts';

/** The editors of the data source, built, in Chromium, in front of the real backend and ingestor. */

vi.setConfig({ testTimeout: 300_000 });

let harness: Harness;
const open = async (options?: HarnessOptions): Promise<Harness> => (harness = await openHarness(options));

beforeAll(playedData, 900_000);
afterEach(async () => {
  expect(harness.complaints).toEqual([]);
  await harness.close();
});
afterAll(closeBrowser);

/** What has been saved so far. React saves a moment after the click: poll it. */
const saved = async (): Promise<SceVoiceQuery> => (await harness.state()).value as SceVoiceQuery;
/** Rows of the answer to the query as it is. */
const rows = async (): Promise<number> => (await harness.settled()).rows;

describe('config editor', () => {
  it('asks for an address, and says what is wrong with one', async () => {
    const { page, mount } = await open();
    await mount({ kind: 'datasource-config' });
    await page.getByText('The address is needed').waitFor();
    await page.getByLabel(/^Address/).fill('localhost:9201');
    await page.getByText('begins with http').waitFor();
    await page.getByLabel(/^Address/).fill('http://sce.example:9201');
    await page.getByText('crosses the network unencrypted').waitFor();
    await page.getByLabel(/^Address/).fill('https://sce.example');
    await page.getByLabel(/^CA certificate/).fill('-----BEGIN CERTIFICATE-----');
    await page.getByLabel(/^Token/).fill(' secret ');
    await page.getByLabel(/^Timeout/).fill('90');
    await page.getByText('Whatever the token may see').click();
    await expect.poll(saved).toMatchObject({
      url: 'https://sce.example',
      jsonData: { timeoutSeconds: 90, defaultScope: 'token' },
      secureJsonData: { token: 'secret', tlsCACert: '-----BEGIN CERTIFICATE-----' },
    });
    await harness.screenshot('config-editor');
  });

  it('never shows a stored secret, and lets it be replaced', async () => {
    const { page, mount } = await open({ theme: 'light', width: 640 });
    await mount({
      kind: 'datasource-config',
      settings: { url: 'http://localhost:9201', secureJsonFields: { token: true } },
    });
    const token = page.getByLabel(/^Token/);
    await expect.poll(() => token.inputValue()).toBe('configured');
    await expect.poll(() => token.isDisabled()).toBe(true);
    await page.getByRole('button', { name: 'Reset' }).first().click();
    await token.fill('new');
    await expect.poll(saved).toMatchObject({
      secureJsonData: { token: 'new' },
      secureJsonFields: { token: false },
    });
    await harness.screenshot('config-editor-light-narrow');
  });

  it('tests the connection through the backend', async () => {
    const { page, mount } = await open();
    await mount({ kind: 'datasource-config', settings: { url: 'http://localhost:9201' } });
    await page.getByRole('button', { name: 'Save & test' }).click();
    await page.getByText(/Reached sce-voice .* QuestDB ready, \d+ views, scope platform/).waitFor();
  });
});

describe('query editor', () => {
  it('finds a question by its topic, and keeps what the next one understands', async () => {
    const { page, mount } = await open();
    await mount({
      kind: 'query-editor',
      query: { view: 'idle-cores-summary', params: { department: 'X', period: 'week' } },
    });
    const question = page.getByRole('combobox', { name: /^Question/ });
    await page.getByText('Requested, used and idle core-hours').waitFor();
    await question.click();
    await question.fill('Cost forecast');
    await page
      .getByRole('option', { name: /^Cost forecast/ })
      .filter({ hasNotText: 'A view by its name' })
      .click();
    await page.getByText('How it is computed').waitFor();
    await expect.poll(saved).toMatchObject({ view: 'cost-forecast', params: { department: 'X' } });
    expect((await saved()).params).not.toHaveProperty('period');
  });

  it('offers values of the warehouse and variables, and asks', async () => {
    const { page, mount } = await open();
    await mount({
      kind: 'query-editor',
      query: { view: 'idle-cores-summary', params: {} },
      variables: [{ name: 'team', value: ['$__all'], multi: true }],
    });
    const department = page.getByRole('combobox', { name: /^Department/ });
    await department.click();
    await page.getByRole('option', { name: 'Biostatistics Oncology' }).waitFor();
    await harness.screenshot('query-editor-values');
    await page.getByRole('option', { name: '$team' }).click();
    await page.getByRole('combobox', { name: /^Group by/ }).click();
    await page.getByRole('option', { name: 'Role' }).click();
    await page.keyboard.press('Escape');
    await expect.poll(saved).toMatchObject({ params: { department: '$team', group_by: ['role'] } });
    // *All* of $team is no filter: every role answers.
    await expect.poll(rows).toBeGreaterThan(1);
  });

  it('refuses a number out of range before it is asked, and commits a good one when it is left', async () => {
    const { page, mount } = await open({ theme: 'light', width: 520, height: 900 });
    await mount({ kind: 'query-editor', query: { view: 'data-quality', params: { window_hours: 999 } } });
    await page.getByText('at most 168').waitFor();
    const hours = page.getByLabel(/^Window hours/);
    await hours.fill('12');
    await hours.press('Enter');
    await expect.poll(saved).toMatchObject({ params: { window_hours: 12 } });
    await expect.poll(rows).toBeGreaterThan(5);
    await page.getByRole('radio', { name: 'Time series' }).check({ force: true });
    await expect.poll(saved).toMatchObject({ format: 'time_series' });
    await harness.screenshot('query-editor-light-narrow');
  });

  it('says whose fault it is when a question cannot be answered', async () => {
    const { page, mount } = await open();
    await mount({ kind: 'query-editor', query: { view: 'data-quality', params: {} } });
    const question = page.getByRole('combobox', { name: /^Question/ });
    await page.getByText('What arrives, how fresh').waitFor();
    await question.click();
    await question.fill('no-such-view');
    await page.getByRole('option', { name: /no-such-view/ }).click();
    await page.getByText('The question needs a change').waitFor();
    await page
      .getByText(/there is no view "no-such-view"/)
      .first()
      .waitFor();
    await harness.screenshot('query-editor-error');
  });
});

describe('variables, annotations, inspector', () => {
  it('a variable says which parameter’s values it offers', async () => {
    const { page, mount } = await open();
    await mount({ kind: 'variable-editor', query: { values: 'department' } });
    const values = page.getByRole('combobox', { name: /^Values of/ });
    await values.click();
    await page.getByRole('option', { name: /^Role/ }).click();
    await page.getByRole('combobox', { name: /^As offered by/ }).click();
    await page.getByRole('option', { name: 'Active users' }).click();
    await expect.poll(saved).toMatchObject({ values: 'role', view: 'user-activity' });
    await harness.screenshot('variable-editor');
  });

  it('annotations are a question like any other', async () => {
    const { page, mount } = await open({ theme: 'light' });
    await mount({ kind: 'annotation-editor', query: { view: 'annotations', params: {} } });
    await page.getByRole('combobox', { name: /^Kind/ }).click();
    await page.getByRole('option', { name: 'Deletion' }).click();
    await expect.poll(async () => (await saved()).params).toEqual({ kind: ['deletion'] });
  });

  it('the inspector says how the answer was computed and how complete it is', async () => {
    const { page, mount } = await open();
    await mount({ kind: 'inspector', query: { view: 'idle-cores-summary' } });
    await page.getByText(/days of Europe\/Zurich/).waitFor();
    await page.getByText(/coverage \d+\.\d %/).waitFor();
    await page.getByText('Workload idle: Σ max(0, requested − used)').waitFor();
    await harness.screenshot('inspector');
  });
});
