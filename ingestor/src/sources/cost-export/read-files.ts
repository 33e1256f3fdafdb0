import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { PassThrough, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { SceError, messageOf } from '../../errors.ts';
import { ChargeSums } from './accumulate.ts';
import { columnsOf, layoutOf, narrowed, type Layout } from './columns.ts';
import { CsvColumns } from './csv-columns.ts';

/** `done` of `total` bytes on disk. */
export type Progress = (done: number, total: number) => void;

/**
 * Reads cost exports (`.csv`, `.csv.gz`) as streams: memory does not grow with the size of the files. All files of a billing
 * period must be given together. Throws `FEED_REFUSED` for what is not a cost export, `SOURCE_FAILED` for what cannot be read.
 */
export async function readCostExports(
  paths: readonly string[],
  progress: Progress = () => undefined,
): Promise<ChargeSums> {
  const sums = new ChargeSums();
  const sizes = await Promise.all(paths.map(sizeOf));
  const total = sizes.reduce((sum, size) => sum + size, 0);
  let done = 0;
  for (const path of paths) {
    await readOne(path, sums, (bytes) => {
      done += bytes;
      progress(done, total);
    });
  }
  if (sums.periods.size === 0) throw new SceError('FEED_REFUSED', `${paths.join(', ')}: no line items`);
  return sums;
}

async function readOne(path: string, sums: ChargeSums, onBytes: (bytes: number) => void): Promise<void> {
  const file = basename(path);
  let layout: Layout | null = null;
  const columns = new CsvColumns(file, {
    header(cells) {
      const whole = layoutOf(cells, file);
      const wanted = columnsOf(whole);
      layout = narrowed(whole, wanted);
      return wanted;
    },
    record(cells, line) {
      if (layout !== null) sums.add(cells, layout, file, line);
    },
  });
  const counted = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      onBytes(chunk.length);
      done(null, chunk);
    },
  });
  const source = createReadStream(path, { highWaterMark: 1 << 20 });
  const plain = path.endsWith('.gz') ? createGunzip({ chunkSize: 1 << 18 }) : new PassThrough();
  let failure: unknown;
  try {
    await pipeline(source, counted, plain, async (chunks: AsyncIterable<Buffer>) => {
      try {
        for await (const chunk of chunks) columns.write(chunk);
        columns.end();
      } catch (error) {
        // What made the consumer stop, not the abort of the streams that follows.
        failure ??= error;
        throw error;
      }
    });
  } catch (thrown) {
    const error = failure ?? thrown;
    if (error instanceof SceError) throw error;
    throw new SceError('FEED_REFUSED', `${file}: ${messageOf(error)}`, { cause: error });
  }
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    throw new SceError('SOURCE_FAILED', `cannot read ${path}: ${messageOf(error)}`, { cause: error });
  }
}
