import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { SceError, isSceError } from '../errors.ts';

const fromFastify: Readonly<Record<string, (error: FastifyError) => SceError>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: (error) => new SceError('BODY_TOO_LARGE', error.message),
  FST_ERR_CTP_INVALID_MEDIA_TYPE: (error) => new SceError('UNSUPPORTED_MEDIA_TYPE', error.message),
};

/** Whatever was thrown, as one of the catalogue. What is not ours and not the caller's fault keeps its text for the log. */
export function toSceError(error: unknown): SceError {
  if (isSceError(error)) return error;
  const thrown = error as Partial<FastifyError>;
  const known = thrown.code === undefined ? undefined : fromFastify[thrown.code];
  if (known) return known(error as FastifyError);
  if (thrown.validation) {
    const details = {
      where: thrown.validationContext,
      errors: thrown.validation.slice(0, 10).map(({ instancePath, message }) => ({ path: instancePath, message })),
    };
    return new SceError('BAD_REQUEST', thrown.message ?? 'the request is not valid', { details });
  }
  if (thrown.statusCode !== undefined && thrown.statusCode >= 400 && thrown.statusCode < 500)
    return new SceError(
      thrown.statusCode === 404 ? 'NOT_FOUND' : 'BAD_REQUEST',
      thrown.message ?? 'the request is not valid',
    );
  return new SceError('INTERNAL', 'something went wrong here; the log has the details under this request id', {
    cause: error,
  });
}

/** The one place where errors become answers. */
export function addErrorHandlers(app: FastifyInstance): void {
  app.setErrorHandler((thrown, request, reply) => {
    const error = toSceError(thrown);
    if (error.status >= 500) request.log.error({ err: thrown, code: error.code }, 'request failed');
    else request.log.info({ code: error.code, reason: error.message }, 'request refused');
    return sendError(reply, error, request);
  });
  app.setNotFoundHandler((request, reply) =>
    sendError(
      reply,
      new SceError(
        'NOT_FOUND',
        `there is no ${request.method} ${request.url.split('?')[0] ?? ''}; /documentation lists what there is`,
      ),
      request,
    ),
  );
}

function sendError(reply: FastifyReply, error: SceError, request: FastifyRequest): FastifyReply {
  const retryAfter = error.retryAfterSeconds ?? (error.status === 503 ? 5 : undefined);
  if (retryAfter !== undefined) void reply.header('retry-after', Math.ceil(retryAfter));
  if (error.status === 401) void reply.header('www-authenticate', 'Bearer realm="sce-voice"');
  const details = error.status >= 500 ? { ...error.details, requestId: request.id } : error.details;
  return reply
    .code(error.status)
    .type('application/json; charset=utf-8')
    .serializer(JSON.stringify)
    .send({ code: error.code, message: error.message, details });
}
