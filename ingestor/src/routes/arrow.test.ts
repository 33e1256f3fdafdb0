import { tableFromIPC } from 'apache-arrow';
import { describe, expect, it } from 'vitest';
import { at, query, serve } from '../../../test/support/app-in-memory.ts';

describe('Arrow', () => {
  const accept = { accept: 'application/vnd.apache.arrow.file' };
  it('is one file, with Grafana’s metadata, nanoseconds and nulls', async () => {
    await serve();
    const answer = await query([{ refId: 'A', view: 'every-type' }], {}, accept);
    expect(answer.headers['content-type']).toBe(accept.accept);
    expect(answer.rawPayload.subarray(0, 6).toString()).toBe('ARROW1');
    const table = tableFromIPC(answer.rawPayload);
    expect(Object.fromEntries(table.schema.metadata)).toMatchObject({ name: 'every-type', refId: 'A' });
    expect(JSON.parse(table.schema.metadata.get('meta')!)).toMatchObject({
      custom: { howComputed: 'times 2', coverage: 0.5 },
      notices: [
        { severity: 'warning', text: expect.stringContaining('Only 50 % of the time is known') },
        { severity: 'info', text: 'careful' },
      ],
      stats: [{ displayName: 'Coverage', unit: 'percentunit', value: 0.5 }],
      executedQueryString: expect.stringMatching(/^view every-type\n[^]*How computed: times 2\nCoverage: 50\.0 %$/),
    });
    expect(table.schema.fields.map((field) => [field.name, String(field.type), field.nullable])).toEqual([
      ['at', 'Timestamp<NANOSECOND>', true],
      ['amount', 'Float64', true],
      ['text', 'Utf8', true],
      ['flag', 'Bool', true],
    ]);
    expect(JSON.parse(table.schema.fields[1]!.metadata.get('config')!)).toEqual({
      displayName: 'Amount',
      description: 'how much',
      unit: 'currencyUSD',
    });
    expect(table.schema.fields[1]!.metadata.get('labels')).toBe('{}');
    expect([...(table.getChild('amount') ?? [])]).toEqual([3, null, 2 ** 60]);
    expect([...(table.getChild('text') ?? [])]).toEqual(['ä, "b"\n', null, '']);
    expect([...(table.getChild('flag') ?? [])]).toEqual([true, null, false]);
    expect(table.getChild('at')!.data[0]!.values[0]).toBe(BigInt(at.getTime()) * 1_000_000n);
    expect(table.getChild('at')!.nullCount).toBe(1);
  });

  it('without rows is still a file with its fields', async () => {
    await serve();
    const table = tableFromIPC(
      (await query([{ refId: 'A', view: 'every-type', params: { only: 'none' } }], {}, accept)).rawPayload,
    );
    expect(table.numRows).toBe(0);
    expect(table.schema.fields).toHaveLength(4);
  });

  it('of several queries is a part for each; an error is one of them', async () => {
    await serve();
    const answer = await query(
      [
        { refId: 'A', view: 'every-type' },
        { refId: 'B/ü', view: 'nope' },
      ],
      {},
      accept,
    );
    const form = await new Response(new Uint8Array(answer.rawPayload)).arrayBuffer();
    const boundary = /boundary=(.+)$/.exec(String(answer.headers['content-type']))![1]!;
    const parts = Buffer.from(form)
      .toString('latin1')
      .split(`--${boundary}`)
      .slice(1, -1)
      .map((part) => {
        const [head = '', ...rest] = part.replace(/^\r\n/, '').split('\r\n\r\n');
        return { head, body: Buffer.from(rest.join('\r\n\r\n').replace(/\r\n$/, ''), 'latin1') };
      });
    expect(parts).toHaveLength(2);
    expect(parts[0]!.head).toMatch(/X-Ref-Id: A\r\nX-Status: 200/);
    expect(tableFromIPC(parts[0]!.body).numRows).toBe(3);
    expect(parts[1]!.head).toMatch(/application\/json\r\nX-Ref-Id: B%2F%C3%BC\r\nX-Status: 404/);
    expect(JSON.parse(parts[1]!.body.toString())).toMatchObject({ code: 'UNKNOWN_VIEW' });
  });

  it('of one query that fails is the error itself', async () => {
    await serve();
    const answer = await query([{ refId: 'A', view: 'nope' }], {}, accept);
    expect(answer.statusCode).toBe(404);
    expect(answer.json()).toMatchObject({ code: 'UNKNOWN_VIEW' });
  });
});
