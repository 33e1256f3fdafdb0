import type { PushSource } from '../source.ts';
import { RemoteWriteReceiver } from './receiver.ts';
import { registerWriteRoute } from './route.ts';

/** Remote-write 1.0 and 2.0: `POST /api/v1/write`. */
export const prometheusSource: PushSource = {
  kind: 'push',
  id: 'prometheus',
  description: 'Metrics that any Prometheus sends by remote-write',
  migrations: [new URL('tables.sql', import.meta.url)],
  register(app, { config, warehouse, pseudonymiser, log }) {
    const receiver = new RemoteWriteReceiver({
      config: config.remote_write,
      warehouse,
      log,
      pseudonym: (metric, name, value) => pseudonymiser.label(metric, name, value),
    });
    app.addHook('onReady', (done) => {
      void receiver.load();
      done();
    });
    app.addHook('onClose', () => receiver.close());
    registerWriteRoute(app, receiver, config.remote_write);
  },
};
