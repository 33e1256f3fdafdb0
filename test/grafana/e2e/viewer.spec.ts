import { expect, test } from '@grafana/plugin-e2e';
import { basic, viewerLogin } from './environment.ts';

const password = 'viewer-of-the-e2e-test';
/** Without SCE_VIEWER somebody whom the data do not know: there is nothing of theirs to see. */
const login = viewerLogin || 'sce-e2e-nobody';

interface Result {
  readonly status: number;
  readonly error?: string;
  readonly frames?: readonly {
    readonly schema: { readonly fields: readonly { readonly name: string }[] };
    readonly data: { readonly values: readonly (readonly unknown[])[] };
  }[];
}

const now = Date.now();
const body = (view: string): object => ({
  queries: [{ refId: 'A', datasource: { uid: 'sce-voice' }, view }],
  from: String(now - 30 * 86_400_000),
  to: String(now),
});

function column(result: Result, name: string): unknown[] {
  const frame = result.frames?.[0];
  const at = frame?.schema.fields.findIndex((field) => field.name === name) ?? -1;
  return [...(frame?.data.values[at] ?? [])];
}

test.describe('a viewer', () => {
  test.beforeAll(async ({ request }) => {
    const created = await request.post('/api/admin/users', {
      data: { name: login, login, email: `${login}@example.com`, password },
    });
    // 412: from an earlier run.
    expect([200, 412]).toContain(created.status());
  });

  test.afterAll(async ({ request }) => {
    const found = await request.get(`/api/users/lookup?loginOrEmail=${encodeURIComponent(login)}`);
    if (found.ok()) await request.delete(`/api/admin/users/${String(((await found.json()) as { id: number }).id)}`);
  });

  test('sees only what is theirs, whatever headers they send', async ({ playwright, baseURL }) => {
    for (const more of [
      {},
      { 'x-grafana-id': 'forged' },
      { FromAlert: 'true', 'x-sce-scope-without-person': 'platform' },
    ]) {
      const viewer = await playwright.request.newContext({
        ...(baseURL ? { baseURL } : {}),
        extraHTTPHeaders: { ...basic({ user: login, password }), ...more },
      });
      const lifecycle = (await (await viewer.post('/api/ds/query', { data: body('container-lifecycle') })).json()) as {
        results: { A: Result };
      };
      const users = new Set(column(lifecycle.results.A, 'user'));
      if (viewerLogin === '') expect(users.size).toBe(0);
      else expect({ error: lifecycle.results.A.error, users: users.size }).toEqual({ error: undefined, users: 1 });
      const values = await viewer.get('/api/datasources/uid/sce-voice/resources/values/user');
      expect(((await values.json()) as { values: { value: string }[] }).values.map(({ value }) => value)).toEqual([
        ...users,
      ]);
      const groups = (await (await viewer.post('/api/ds/query', { data: body('idle-cores-summary') })).json()) as {
        results: { A: Result };
      };
      expect(groups.results.A.error).toBeUndefined();
      await viewer.dispose();
    }
  });

  test('opens a board without rights to edit', async ({ browser, baseURL }) => {
    const context = await browser.newContext({
      ...(baseURL ? { baseURL } : {}),
      extraHTTPHeaders: basic({ user: login, password }),
      viewport: { width: 1600, height: 4000 },
    });
    const page = await context.newPage();
    await page.goto('/d/sce-overview?kiosk');
    await expect(page.locator('[data-testid^="data-testid Panel header"]').first()).toBeVisible();
    await expect(page.getByLabel('Panel loading bar')).toHaveCount(0);
    await expect(page.locator('[data-testid="data-testid Panel status error"]')).toHaveCount(0);
    await expect(page.getByRole('button', { name: 'Edit', exact: true })).toHaveCount(0);
    await context.close();
  });
});
