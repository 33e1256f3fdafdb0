import { describe, expect, it } from 'vitest';
import { parseCsv } from './csv.ts';
import type { HrFeed } from './record.ts';

function read(
  text: string | Uint8Array,
  options: { encoding?: string; columns?: Record<string, string> } = {},
): HrFeed {
  const bytes = typeof text === 'string' ? Buffer.from(text) : text;
  return parseCsv(
    bytes,
    { name: 'csv', encoding: options.encoding ?? 'utf-8', columns: options.columns ?? {} },
    '2026-11-22',
    'people.csv',
  );
}

describe('parseCsv', () => {
  it.each([
    ['comma', 'person_id,username,department\n1,kim,Oncology\n'],
    ['byte order mark', '\ufeffperson_id,username,department\n1,kim,Oncology\n'],
    ['semicolon and CRLF', 'person_id;username;department\r\n1;kim;Oncology\r\n'],
    ['tabs', 'person_id\tusername\tdepartment\n1\tkim\tOncology\n'],
    ['other order, case and blanks', 'Department , USERNAME, Person_ID\nOncology, kim ,1\n'],
    ['quoted with a separator of the text', '"person_id";"username";"department"\n"1";"kim";"Oncology"\n'],
    ['blank lines and no last line end', 'person_id,username,department\n\n1,kim,Oncology'],
    ['a quoted line break', 'person_id,username,department\n1,kim,"Oncology\n"\n'],
  ])('reads %s', (_, text) => {
    expect(read(text).records).toMatchObject([
      { id: '1', username: 'kim', department: 'Oncology', active: true, validFrom: null },
    ]);
  });

  it('joins the lines of a quoted value with a blank', () => {
    expect(read('person_id,username,department\n1,kim,"Clinical\r\nOncology; North"\n').records[0]?.department).toBe(
      'Clinical Oncology; North',
    );
  });

  it('reads other encodings and other column names', () => {
    const bytes = Buffer.from('Login;Abteilung\ngrossj;Qualit\xe4t\n', 'latin1');
    expect(
      read(bytes, { encoding: 'windows-1252', columns: { username: 'login', department: 'Abteilung' } }).records,
    ).toMatchObject([{ username: 'grossj', id: 'grossj', department: 'Qualität' }]);
  });

  it.each([
    ['true', true],
    ['TRUE', true],
    ['1', true],
    ['yes', true],
    ['', true],
    ['false', false],
    ['0', false],
    ['No', false],
    ['terminated', false],
  ])('active "%s" is %s', (text, expected) => {
    expect(read(`person_id,username,department,active\n1,kim,X,${text}\n`).records[0]?.active).toBe(expected);
  });

  it.each([
    ['2026-11-08', '2026-11-08'],
    ['20261108', '2026-11-08'],
    ['2026-11-08T00:00:00+01:00', '2026-11-08'],
    ['', null],
  ])('valid_from "%s" is %s', (text, expected) => {
    expect(read(`person_id,username,department,valid_from\n1,kim,X,${text}\n`).records[0]?.validFrom).toBe(expected);
  });

  it.each([
    ['no day', 'person_id,username,department,left_on\n1,kim,X,08.11.2026\n', /row 2: left_on is no day/],
    ['a day that never was', 'person_id,username,department,left_on\n1,kim,X,2026-02-30\n', /left_on is no day/],
    ['nobody', 'person_id,username,department\n,,X\n', /row 2: neither person_id nor username/],
    ['unclear', 'person_id,username,department,active\n1,kim,X,perhaps\n', /active is neither/],
  ])('leaves out a row with %s and says where', (_, text, reason) => {
    const feed = read(text);
    expect(feed.records).toEqual([]);
    expect(feed.invalid[0]).toMatch(reason);
    expect(feed.invalid[0]).not.toMatch(/kim/);
  });

  it.each([
    ['a row with too few cells', 'person_id,username,department\n1,kim-secret\n', /is broken at line 2/],
    ['an open quote', 'person_id,username,department\n1,"kim-secret,X\n', /is broken/],
    ['nothing', '', /has no column username, department/],
  ])('refuses %s without quoting it', (_, text, reason) => {
    expect(() => read(text)).toThrow(reason);
    expect(() => read(text)).not.toThrow(/kim-secret/);
  });
});
