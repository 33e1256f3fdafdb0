import type {} from '@fastify/swagger'; // adds summary, tags … to route schemas
import { Counter } from 'prom-client';
import { Type } from 'typebox';
import { ErrorSchema } from '../../contract/index.ts';
import { SceError } from '../../errors.ts';
import type { Row } from '../../warehouse/warehouse.ts';
import type { PushSource } from '../source.ts';
import { decodeAudit } from './decode.ts';
import { auditRow } from './rows.ts';

const events = new Counter({
  name: 'sce_kubernetes_audit_events_total',
  help: 'Kubernetes audit events received, by what became of them',
  labelNames: ['outcome'],
});

/** `POST /api/v1/kubernetes-audit[?cluster=…]`: the API server's audit webhook. Who created, changed, evicted or deleted pods. */
export const kubernetesAuditSource: PushSource = {
  kind: 'push',
  id: 'kubernetes-audit',
  description: 'Who created, evicted or deleted pods, from the audit webhook of the Kubernetes API server',
  migrations: [new URL('tables.sql', import.meta.url)],

  register(app, { config, warehouse, pseudonymiser }) {
    const settings = config.kubernetes_audit;
    app.post<{ Querystring: { cluster?: unknown } }>(
      '/api/v1/kubernetes-audit',
      {
        bodyLimit: settings.max_body_bytes,
        // The body is checked by the decoder; the framework would quote values in its messages.
        validatorCompiler: () => () => true,
        schema: {
          summary: 'Kubernetes audit webhook',
          description:
            'EventList of audit.k8s.io/v1. Successful requests that create, patch, evict or delete pods are kept, without bodies; ' +
            'the rest is ignored. Safe to repeat.',
          tags: ['ingest'],
          querystring: Type.Object({ cluster: Type.Optional(Type.String({ maxLength: 128 })) }),
          body: Type.Object({
            kind: Type.Literal('EventList'),
            apiVersion: Type.String(),
            items: Type.Array(Type.Unknown()),
          }),
          response: {
            200: Type.Object({ kept: Type.Integer(), ignored: Type.Integer(), invalid: Type.Integer() }),
            '4xx': ErrorSchema,
          },
        },
      },
      async (request) => {
        const { kept, ignored, invalid } = decodeAudit(request.body, new Date());
        const cluster = pseudonymiser.scrub(clusterOf(request.query.cluster) ?? settings.default_cluster);
        const rows = kept
          .map((facts) => auditRow(facts, cluster, settings, pseudonymiser))
          .filter((row): row is Row => row !== null);
        if (rows.length > 0) await warehouse.writer.write([{ table: 'kubernetes_audit', rows }]);
        const outcome = { kept: rows.length, ignored, invalid: invalid + kept.length - rows.length };
        for (const [name, count] of Object.entries(outcome)) events.inc({ outcome: name }, count);
        return outcome;
      },
    );
  },
};

function clusterOf(value: unknown): string | null {
  if (value === undefined) return null;
  if (typeof value === 'string' && value !== '' && value.length <= 128) return value;
  throw new SceError('BAD_REQUEST', '?cluster= must be one text of at most 128 characters');
}
