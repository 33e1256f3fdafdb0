import { snappy } from './encode.ts';
import { headersV1 } from './send.ts';

/** Sends an encoded 1.0 body over a socket, once. */
export async function postWrite(url: string, body: Buffer, options: { signal?: AbortSignal } = {}): Promise<Response> {
  return fetch(`${url}/api/v1/write`, {
    method: 'POST',
    headers: headersV1,
    body: new Uint8Array(snappy(body)),
    ...options,
  });
}
