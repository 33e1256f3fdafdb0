import type { FastifyInstance, LightMyRequestResponse } from 'fastify';
import { encodeV1, encodeV2, snappy, type MetadataInput, type SeriesInput } from './encode.ts';

export const headersV1 = {
  'content-type': 'application/x-protobuf',
  'content-encoding': 'snappy',
  'x-prometheus-remote-write-version': '0.1.0',
  'user-agent': 'sce-voice-test/1.0',
};
export const headersV2 = {
  ...headersV1,
  'content-type': 'application/x-protobuf;proto=io.prometheus.write.v2.Request',
  'x-prometheus-remote-write-version': '2.0.0',
};

export type Protocol = '1.0' | '2.0';

/** A compressed body and its headers. */
export function request(
  protocol: Protocol,
  series: readonly SeriesInput[],
  metadata: readonly MetadataInput[] = [],
): { headers: Record<string, string>; payload: Buffer } {
  return protocol === '1.0'
    ? { headers: headersV1, payload: snappy(encodeV1(series, metadata)) }
    : { headers: headersV2, payload: snappy(encodeV2(series)) };
}

/** Sends through the app without a socket. */
export function send(
  app: FastifyInstance,
  protocol: Protocol,
  series: readonly SeriesInput[],
  metadata: readonly MetadataInput[] = [],
): Promise<LightMyRequestResponse> {
  return app.inject({ method: 'POST', url: '/api/v1/write', ...request(protocol, series, metadata) });
}

/** Sends any bytes. */
export function sendRaw(
  app: FastifyInstance,
  payload: Buffer,
  headers: Record<string, string> = headersV1,
): Promise<LightMyRequestResponse> {
  return app.inject({ method: 'POST', url: '/api/v1/write', headers, payload });
}
