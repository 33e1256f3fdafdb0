import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { readBody } from './body.ts';
import type { RemoteWriteConfig } from './config.ts';
import { negotiate, speaksV2 } from './protocol.ts';
import type { RemoteWriteReceiver, WriteOutcome } from './receiver.ts';
import type { WriteCounts } from './series-sink.ts';
import { requestsTotal } from './write-metrics.ts';

/** `POST /api/v1/write`: 204; 400 and 413 are final, 415 ends the conversation, 503 asks to repeat. */
export function registerWriteRoute(
  app: FastifyInstance,
  receiver: RemoteWriteReceiver,
  config: RemoteWriteConfig,
): void {
  void app.register((scope, _options, done) => {
    // The body is read by the handler, which counts its bytes while they come.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, payload, parsed) => parsed(null, payload));
    // On every answer of 2.0, also on those of the error handler and of authentication.
    scope.addHook('onSend', (request, reply, payload, sent) => {
      if (speaksV2(request.headers['content-type']) && !reply.hasHeader('x-prometheus-remote-write-samples-written'))
        setWritten(reply, { samples: 0, histograms: 0, exemplars: 0 });
      sent(null, payload);
    });
    scope.addHook('onResponse', (request, reply, responded) => {
      requestsTotal.inc({
        protocol: speaksV2(request.headers['content-type']) ? '2.0' : '1.0',
        status: reply.statusCode,
      });
      responded();
    });
    scope.post(
      '/api/v1/write',
      { schema: { summary: 'Prometheus remote-write 1.0 and 2.0', tags: ['sources'] } },
      (request, reply) => write(request, reply, receiver, config),
    );
    done();
  });
}

async function write(
  request: FastifyRequest,
  reply: FastifyReply,
  receiver: RemoteWriteReceiver,
  config: RemoteWriteConfig,
): Promise<FastifyReply> {
  const { headers } = request;
  const version = negotiate(headers['content-type'], headers['content-encoding']);
  const declared = headers['content-length'] === undefined ? null : Number(headers['content-length']);
  if (declared !== null && declared <= config.max_wire_bytes) receiver.admit(declared);
  let held = 0;
  let outcome: WriteOutcome;
  try {
    let storing: Promise<WriteOutcome>;
    receiver.arriving();
    try {
      const body = await readBody(request.raw, declared, config.max_wire_bytes, (bytes) => {
        receiver.hold(bytes);
        held += bytes;
      });
      storing = receiver.write(body, version);
    } finally {
      receiver.arrived();
    }
    outcome = await storing;
  } finally {
    receiver.release(held);
  }
  if (version === '2.0') setWritten(reply, outcome.counts);
  if (outcome.error !== null) throw outcome.error;
  return reply.code(204).send();
}

function setWritten(reply: FastifyReply, counts: WriteCounts): void {
  reply.header('x-prometheus-remote-write-samples-written', counts.samples);
  reply.header('x-prometheus-remote-write-histograms-written', counts.histograms);
  reply.header('x-prometheus-remote-write-exemplars-written', counts.exemplars);
}
