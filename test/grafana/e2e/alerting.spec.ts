import { expect, test } from '@grafana/plugin-e2e';
import type { APIRequestContext } from '@playwright/test';

const folderUid = 'sce-e2e';
const group = 'e2e';
const uid = 'sce-e2e-idle';
const provisioning = '/api/v1/provisioning';
const headers = { 'x-disable-provenance': 'true' };

/** Fires for every role whose idle share is above the limit: 0 is below every share, 2 above. */
function rule(limit: number): object {
  const range = { from: 7 * 86_400, to: 0 };
  return {
    uid,
    title: 'A role leaves something idle (end-to-end test)',
    orgID: 1,
    folderUID: folderUid,
    ruleGroup: group,
    condition: 'Limit',
    for: '0s',
    noDataState: 'NoData',
    execErrState: 'Error',
    data: [
      {
        refId: 'A',
        relativeTimeRange: range,
        datasourceUid: 'sce-voice',
        model: {
          refId: 'A',
          view: 'idle-cores-summary',
          params: { group_by: ['role'] },
          columns: ['role', 'idle_share'],
          format: 'table',
        },
      },
      {
        refId: 'Limit',
        relativeTimeRange: range,
        datasourceUid: '__expr__',
        model: {
          refId: 'Limit',
          type: 'threshold',
          expression: 'A',
          conditions: [{ evaluator: { type: 'gt', params: [limit] } }],
        },
      },
    ],
  };
}

async function states(request: APIRequestContext): Promise<string[]> {
  const response = await request.get('/api/prometheus/grafana/api/v1/rules');
  const body = (await response.json()) as {
    data: { groups: { name: string; rules: { state: string; health: string; lastError?: string }[] }[] };
  };
  const found = body.data.groups.filter(({ name }) => name === group).flatMap(({ rules }) => rules);
  return found.map(({ state, health, lastError }) => (health === 'error' ? `error: ${lastError ?? ''}` : state));
}

test.afterAll(async ({ request }) => {
  await request.delete(`${provisioning}/alert-rules/${uid}`, { headers });
  await request.delete(`/api/folders/${folderUid}?forceDeleteRules=true`);
});

test('an alert rule fires on the data and resolves, without anybody signed in', async ({ request }) => {
  await request.delete(`${provisioning}/alert-rules/${uid}`, { headers });
  await request.post('/api/folders', { data: { uid: folderUid, title: 'End-to-end test' } });
  const created = await request.post(`${provisioning}/alert-rules`, { headers, data: rule(0) });
  expect(created.status(), await created.text()).toBe(201);
  const ruleGroup = `${provisioning}/folder/${folderUid}/rule-groups/${group}`;
  const current = (await (await request.get(ruleGroup)).json()) as object;
  await request.put(ruleGroup, { headers, data: { ...current, interval: 10 } });

  await expect.poll(() => states(request), { timeout: 120_000 }).toEqual(['firing']);
  const changed = await request.put(`${provisioning}/alert-rules/${uid}`, { headers, data: rule(2) });
  expect(changed.status(), await changed.text()).toBe(200);
  await expect.poll(() => states(request), { timeout: 120_000 }).toEqual(['inactive']);
});

test('the provisioned rules are evaluated without an error', async ({ request }) => {
  await expect
    .poll(
      async () => {
        const response = await request.get('/api/prometheus/grafana/api/v1/rules');
        const body = (await response.json()) as {
          data: { groups: { rules: { name: string; health: string; lastError?: string }[] }[] };
        };
        const rules = body.data.groups.flatMap((one) => one.rules);
        return rules.length === 0
          ? ['no rules']
          : rules
              .filter(({ health }) => health !== 'ok' && health !== 'nodata')
              .map((one) => `${one.name}: ${one.health} ${one.lastError ?? ''}`);
      },
      { timeout: 150_000 },
    )
    .toEqual([]);
});
