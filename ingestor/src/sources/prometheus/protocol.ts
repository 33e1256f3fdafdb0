import { SceError } from '../../errors.ts';

/** The two messages of remote-write. */
export type ProtocolVersion = '1.0' | '2.0';

const V1 = 'prometheus.WriteRequest';
const V2 = 'io.prometheus.write.v2.Request';
const ADVICE = `send application/x-protobuf, with proto=${V1} (remote-write 1.0) or proto=${V2} (2.0), compressed with snappy`;

/**
 * Tells the protocol from the headers, as the specification of 2.0 has it: the `proto` parameter decides, without one it
 * is 1.0. Like Prometheus' own receiver, a 1.0 sender that leaves the headers out is understood.
 * Throws `UNSUPPORTED_MEDIA_TYPE`.
 */
export function negotiate(contentType: string | undefined, contentEncoding: string | undefined): ProtocolVersion {
  const version = versionOf(contentType ?? '');
  const encoding = (contentEncoding ?? '').trim().toLowerCase();
  if (encoding !== 'snappy' && !(encoding === '' && version === '1.0'))
    throw new SceError('UNSUPPORTED_MEDIA_TYPE', `Content-Encoding "${encoding}" is not supported; ${ADVICE}`, {
      details: { contentEncoding: encoding },
    });
  return version;
}

function versionOf(contentType: string): ProtocolVersion {
  const [mediaType = '', ...parameters] = contentType.split(';').map((part) => part.trim());
  const refuse = (what: string): SceError =>
    new SceError('UNSUPPORTED_MEDIA_TYPE', `${what} is not supported; ${ADVICE}`, { details: { contentType } });
  if (mediaType === '' && parameters.length === 0) return '1.0';
  if (mediaType.toLowerCase() !== 'application/x-protobuf') throw refuse(`Content-Type "${contentType}"`);
  for (const parameter of parameters) {
    const [name = '', value = ''] = parameter.split('=').map((part) => part.trim());
    if (name.toLowerCase() !== 'proto') continue;
    const message = value.replace(/^"(.*)"$/, '$1');
    if (message === V1) return '1.0';
    if (message === V2) return '2.0';
    throw refuse(`the message "${message}"`);
  }
  return '1.0';
}

/** True when the sender expects the 2.0 response headers, whatever else is wrong with its request. */
export function speaksV2(contentType: string | undefined): boolean {
  return (contentType ?? '').includes(V2);
}
