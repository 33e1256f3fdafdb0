import fastify from 'fastify';
import { expect, it } from 'vitest';
import { useWarehouse } from '../../../../test/support/warehouse.ts';
import { registerCostExportRoutes } from './routes.ts';

it('charges, then their summary; what does not fit is refused', async () => {
  const warehouse = await useWarehouse();
  const app = fastify();
  registerCostExportRoutes(app, warehouse.writer);
  const importId = '1/2026-03/2026-04-01T00:00:00.000Z';
  const charge = {
    day: '2026-03-05',
    subAccount: '2',
    service: 'AmazonEC2',
    category: 'Usage',
    instanceType: 'm5',
    currency: 'USD',
    billedCost: 12.5,
    lineItems: 3,
  };
  const summary = {
    billingAccount: '1',
    billingPeriod: '2026-03',
    importId,
    format: 'cur',
    firstChargeDay: '2026-03-05',
    lastChargeDay: '2026-03-05',
    lineItems: 3,
    splitLineItems: 0,
    files: 1,
    currency: 'USD',
    billedCost: 12.5,
  };
  const post = async (url: string, payload: object) => (await app.inject({ method: 'POST', url, payload })).statusCode;

  expect(await post('/api/v1/cost-exports/charges', { importId, charges: [charge] })).toBe(200);
  expect(await post('/api/v1/cost-exports', summary)).toBe(200);
  expect(await post('/api/v1/cost-exports/charges', { importId, charges: [{ ...charge, currency: 'usd' }] })).toBe(400);
  expect(await post('/api/v1/cost-exports', { ...summary, billingPeriod: 'March' })).toBe(400);
  await warehouse.settle(['cost_charges', 'cost_imports']);
  expect(await warehouse.reader.rows('select service, billed_cost, line_items from cost_charges')).toEqual([
    { service: 'AmazonEC2', billed_cost: 12.5, line_items: 3 },
  ]);
  expect(await warehouse.reader.rows('select billing_period, import_id from cost_imports')).toEqual([
    { billing_period: '2026-03', import_id: importId },
  ]);
  await app.close();
}, 60_000);
