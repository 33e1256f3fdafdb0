import fastify, { type FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { parseFileConfig } from '../../../ingestor/src/config.ts';
import { addErrorHandlers } from '../../../ingestor/src/routes/error-handler.ts';
import type { RemoteWriteConfig } from '../../../ingestor/src/sources/prometheus/config.ts';
import { RemoteWriteReceiver, type ReceiverOptions } from '../../../ingestor/src/sources/prometheus/receiver.ts';
import { registerWriteRoute } from '../../../ingestor/src/sources/prometheus/route.ts';
import type { Warehouse } from '../../../ingestor/src/warehouse/warehouse.ts';

export interface ReceivingApp {
  readonly app: FastifyInstance;
  readonly receiver: RemoteWriteReceiver;
}

export const defaults: RemoteWriteConfig = parseFileConfig({}, 'defaults').remote_write;

/** The receiver with its route and the real error handler, without authentication. */
export function receivingApp(
  warehouse: Warehouse,
  config: Partial<RemoteWriteConfig> = {},
  options: Partial<ReceiverOptions> = {},
): ReceivingApp {
  const merged = { ...defaults, linger_ms: 5, ...config };
  const app = fastify();
  addErrorHandlers(app);
  const receiver = new RemoteWriteReceiver({ config: merged, warehouse, log: pino({ level: 'silent' }), ...options });
  app.addHook('onClose', () => receiver.close());
  registerWriteRoute(app, receiver, merged);
  return { app, receiver };
}
