import { expect, test } from 'vitest';
import { splitStatements } from './split-statements.ts';

test.each<[string, string, string[]]>([
  ['statements', 'select 1; select 2;', ['select 1', 'select 2']],
  ['no last semicolon', 'select 1;\nselect 2\n', ['select 1', 'select 2']],
  ['semicolon in text', "select 'a;b', 'it''s; c'; select 2", ["select 'a;b', 'it''s; c'", 'select 2']],
  ['semicolon in a name', 'select "a;b"', ['select "a;b"']],
  [
    'semicolon in comments',
    'select 1 -- a; b\n, 2 /* c; d */; select 3',
    ['select 1 -- a; b\n, 2 /* c; d */', 'select 3'],
  ],
  ['quote in a comment', "-- it's\nselect 1; select 2", ["-- it's\nselect 1", 'select 2']],
  ['comment marks in text', "select '-- no', '/* no'; select 2", ["select '-- no', '/* no'", 'select 2']],
  ['only comments', '-- nothing\n; /* here */ ;', []],
  ['nothing', '', []],
])('%s', (_, sql, statements) => {
  expect(splitStatements(sql)).toEqual(statements);
});
