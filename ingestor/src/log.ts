import { pino, type DestinationStream, type Logger } from 'pino';
import pretty from 'pino-pretty';

const secretParameters = /([?&](?:[\w-]*token|key|secret|password|auth\w*|api[_-]?key)=)[^&#]*/gi;

/** A URL without the values of parameters that hold secrets. */
export function redactUrl(url: string): string {
  return url.replaceAll(secretParameters, '$1[redacted]');
}

/** The log of this process: JSON lines, for people on a terminal. Headers with credentials never reach it. */
export function createLog(level: string, stream?: DestinationStream): Logger {
  const destination =
    stream ?? (process.stdout.isTTY ? pretty({ translateTime: 'HH:MM:ss', ignore: 'pid,hostname,reqId' }) : undefined);
  const options = {
    level,
    redact: {
      paths: [
        'req.headers.authorization',
        'req.headers.cookie',
        'req.headers["x-grafana-id"]',
        'headers.authorization',
        'headers.cookie',
        'headers["x-grafana-id"]',
      ],
      censor: '[redacted]',
    },
    serializers: {
      req: (request: { method?: string; url?: string; ip?: string }) => ({
        method: request.method,
        url: redactUrl(request.url ?? ''),
        remoteAddress: request.ip,
      }),
    },
  };
  return destination ? pino(options, destination) : pino(options);
}
