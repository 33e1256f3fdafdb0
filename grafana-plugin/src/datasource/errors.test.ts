import { describe, expect, it } from 'vitest';
import { problemOf } from './errors.ts';

describe('problemOf', () => {
  it.each([
    [
      'a parameter that is not known',
      { status: 400, data: { message: 'unknown parameter "x"' } },
      'yours',
      'unknown parameter "x"',
    ],
    ['a view that is not there', { status: 404, message: 'there is no view "y"' }, 'yours', 'there is no view "y"'],
    ['a scope that is too small', { status: 403, data: { message: 'needs self' } }, 'access', 'needs self'],
    ['no token', { status: 401, statusText: 'Unauthorized', data: {} }, 'access', 'Unauthorized'],
    ['too many questions', { status: 429, message: 'slow down' }, 'downstream', 'slow down'],
    ['a gateway', { status: 502, data: { message: 'connection refused' } }, 'downstream', 'connection refused'],
    ['a time-out', { status: 504, data: { error: 'timeout' } }, 'downstream', 'timeout'],
    ['a lost network', { status: 0, message: 'Failed to fetch' }, 'downstream', 'Failed to fetch'],
    ['an answer without a status', { message: 'no data' }, 'downstream', 'no data'],
    ['a defect of the backend', { status: 500, data: { message: 'panic' } }, 'ours', 'panic'],
    ['a defect of the frontend', new TypeError('x is undefined'), 'ours', 'x is undefined'],
    ['nothing at all', null, 'downstream', 'no reason was given'],
  ])('%s', (_, error, whose, message) => {
    const problem = problemOf(error);
    expect(problem).toMatchObject({ whose, message });
    expect(problem.title).not.toBe('');
    expect(problem.advice).not.toBe('');
  });
});
