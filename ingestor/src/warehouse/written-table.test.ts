import { expect, test } from 'vitest';
import { writtenTable } from './written-table.ts';

test.each<[string, string | null]>([
  ['insert into samples values (1)', 'samples'],
  ['-- why\n/* and */ INSERT INTO "my table" select 1', 'my table'],
  ['insert batch 1000 into t select 1', 't'],
  ['insert batch 1000 o3MaxLag 1s into t select 1', 't'],
  ['insert atomic into t select 1', 't'],
  ["update 't' set a = 1", 't'],
  ['truncate table t', 't'],
  ['alter table t drop partition list 1', 't'],
  ['alter table t resume wal', null],
  ['create table if not exists t as (select 1)', 't'],
  ['create table t (a int)', null],
  ['drop table t', null],
  ['select 1', null],
])('%s', (sql, table) => {
  expect(writtenTable(sql)).toBe(table);
});
