import type { IncomingHttpHeaders } from 'node:http';
import { SceError } from '../errors.ts';

/** The token of a request: `Bearer <token>`, or Basic with the token as password (Prometheus can send either). Null without one. */
export function presentedToken(headers: IncomingHttpHeaders): string | null {
  const header = headers.authorization;
  if (header === undefined) return null;
  const [scheme = '', value = ''] = splitOnce(header.trim(), ' ');
  switch (scheme.toLowerCase()) {
    case 'bearer':
      return value.trim();
    case 'basic':
      return splitOnce(Buffer.from(value.trim(), 'base64').toString('utf8'), ':')[1] ?? '';
    default:
      throw new SceError(
        'UNAUTHENTICATED',
        'only Bearer and Basic (the token as password) are understood in Authorization',
      );
  }
}

/** Whether only this machine can reach a server bound to `host`. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host === '[::1]' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host);
}

function splitOnce(text: string, separator: string): string[] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + separator.length)];
}
