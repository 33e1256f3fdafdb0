import { Type, type Static } from 'typebox';
import type {} from '@fastify/swagger';
import type { FastifyInstance } from 'fastify';
import type { WarehouseWriter } from '../../warehouse/warehouse.ts';
import { writeCharges, writeSummary } from './import.ts';

const text = (maxLength = 400) => Type.String({ maxLength });
const day = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' });
const importId = Type.String({ minLength: 1, maxLength: 200 });
const currency = Type.String({ pattern: '^[A-Z]{3}$' });
const count = Type.Integer({ minimum: 0 });

const ChargesSchema = Type.Object({
  importId,
  charges: Type.Array(
    Type.Object({
      day,
      subAccount: text(),
      service: text(),
      category: text(),
      instanceType: text(),
      currency,
      billedCost: Type.Number(),
      // Of data transfer; an older `import-costs` does not send them.
      usageType: Type.String({ maxLength: 400, default: '' }),
      usageUnit: Type.String({ maxLength: 400, default: '' }),
      usageAmount: Type.Union([Type.Number(), Type.Null()], { default: null }),
      lineItems: count,
    }),
    { minItems: 1, maxItems: 5000 },
  ),
});
const SummarySchema = Type.Object({
  billingAccount: Type.String({ minLength: 1, maxLength: 400 }),
  billingPeriod: Type.String({ pattern: '^\\d{4}-\\d{2}$' }),
  importId,
  format: Type.Union([Type.Literal('focus'), Type.Literal('cur')]),
  firstChargeDay: day,
  lastChargeDay: day,
  lineItems: count,
  splitLineItems: count,
  files: count,
  currency,
  billedCost: Type.Number(),
});

/** How `import-costs` hands over what it read. The caller of this function guards it with the scope platform. */
export function registerCostExportRoutes(app: FastifyInstance, writer: WarehouseWriter): void {
  app.post<{ Body: Static<typeof ChargesSchema> }>(
    '/api/v1/cost-exports/charges',
    { bodyLimit: 16 << 20, schema: { summary: 'Charges of an import that is not yet complete', body: ChargesSchema } },
    async ({ body }) => {
      await writeCharges(writer, body.importId, body.charges);
      return { accepted: body.charges.length };
    },
  );
  app.post<{ Body: Static<typeof SummarySchema> }>(
    '/api/v1/cost-exports',
    { schema: { summary: 'Completes an import: it replaces its billing period', body: SummarySchema } },
    async ({ body }) => {
      await writeSummary(writer, body, new Date());
      return { importId: body.importId };
    },
  );
}
