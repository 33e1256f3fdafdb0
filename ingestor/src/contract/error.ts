import { Type, type Static } from 'typebox';

/** Every answer that is not 2xx. `code` is stable, `message` is for people. */
export const ErrorSchema = Type.Object({
  code: Type.String({ examples: ['UNKNOWN_VIEW'] }),
  message: Type.String(),
  details: Type.Record(Type.String(), Type.Unknown()),
});
export type ErrorBody = Static<typeof ErrorSchema>;
