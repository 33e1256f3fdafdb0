import { describe, expect, it } from 'vitest';
import { parseReport } from './parse-report.ts';

const quota =
  'User,BlockStatus,FileStatus,BlockUsed,BlockSoftLimit,BlockHardLimit,BlockGrace,FileUsed,FileSoftLimit,FileHardLimit,FileGrace';
const du = 'path,bytes,files,newest_mtime,scanned_at';
const gone = { changedAt: null, isPartial: false };

describe('parseReport', () => {
  it('repquota: blocks are KiB, 0 is no limit, a number is an account that was removed', () => {
    expect(
      parseReport(
        `${quota}\nmeierk,ok,ok,52428800,104857600,125829120,,812345,0,0,\n#20417,ok,ok,1048576,0,0,,3021,0,0,\n`,
        'report',
      ),
    ).toEqual({
      kind: 'users',
      invalidRows: 0,
      scannedAt: null,
      drives: [
        {
          name: 'meierk',
          usedBytes: 50 * 2 ** 30,
          softLimitBytes: 100 * 2 ** 30,
          hardLimitBytes: 120 * 2 ** 30,
          files: 812345,
          ...gone,
        },
        { name: '#20417', usedBytes: 2 ** 30, softLimitBytes: null, hardLimitBytes: null, files: 3021, ...gone },
      ],
    });
  });

  it('several devices: an account is one drive, without a limit where one device has none', () => {
    const { drives } = parseReport(
      `\uFEFF*** Report for user quotas on device /dev/sda1\r\n${quota}\r\nmeierk,ok,ok,10,20,30,,1,0,0,\r\nben,ok,ok,1,5,0,,1,0,0,\r\n` +
        `*** Report for user quotas on device /dev/sdb1\r\n${quota}\r\nmeierk,soft,ok,5,0,40,6days,2,0,0,\r\n`,
      'report',
    );
    expect(
      drives.map((each) => [each.name, each.usedBytes, each.softLimitBytes, each.hardLimitBytes, each.files]),
    ).toEqual([
      ['meierk', 15 * 1024, null, 70 * 1024, 3],
      ['ben', 1024, 5 * 1024, null, 1],
    ]);
  });

  it('quotas of projects', () => {
    const report = parseReport(`${quota.replace('User', 'Project')}\nstudy-x,ok,ok,1,0,0,,1,0,0,\n`, 'report');
    expect([report.kind, report.drives.length]).toEqual(['projects', 1]);
  });

  it('du: bytes, the newest change, what could not be read; the last look at a path counts', () => {
    const report = parseReport(
      `${du},partial\n/home/meierk/,10,2,2026-10-01T10:00:00+02:00,2026-10-02T01:00:00Z,0\n` +
        `/home/ben,,,,2026-10-02T01:10:00Z,\n/home/meierk,12,2,1790000000,2026-10-02T02:00:00Z,1\n`,
      'report',
    );
    expect(report.kind).toBe('paths');
    expect(report.scannedAt).toEqual(new Date('2026-10-02T02:00:00Z'));
    expect(report.drives.map((each) => [each.name, each.usedBytes, each.changedAt, each.isPartial])).toEqual([
      ['/home/meierk', 12, new Date(1_790_000_000_000), true],
      ['/home/ben', null, null, true],
    ]);
  });

  it('rows that cannot be read are counted', () => {
    const report = parseReport(
      `${quota}\nmeierk,ok,ok,many,0,0,,1,0,0,\nben,ok,ok\nanna,ok,ok,1,0,0,,1,0,0,\n`,
      'report',
    );
    expect([report.invalidRows, report.drives.map(({ name }) => name)]).toEqual([2, ['anna']]);
  });

  it.each([
    ['another table', 'name,size\nmeierk,1\n', /report is neither repquota -O csv .* nor du/],
    ['a quota report without limits', 'User,BlockUsed\nmeierk,1\n', /lacks blocksoftlimit, blockhardlimit/],
    ['a quote that is not closed', `${quota}\n"meierk,ok,ok,1,0,0,,1,0,0,\n`, /report is broken at line \d/],
    ['nothing', '', /neither repquota/],
  ])('%s is refused, without names', (_, text, message) => {
    expect(() => parseReport(text, 'report')).toThrow(message);
    expect(() => parseReport(text, 'report')).not.toThrow(/meierk/);
  });
});
