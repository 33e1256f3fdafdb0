import { isSceError, type SceError } from '../../errors.ts';
import type { Row } from '../../warehouse/warehouse.ts';
import type { PollOutcome, PollRun, SourceContext } from '../source.ts';
import type { ImagesConfig } from './config.ts';
import { fetchImage, type FetchedImage } from './image-config.ts';
import { parseReference, type ImageReference } from './reference.ts';
import { Registries } from './registries.ts';
import { registryRow, tagRow, type WantedImage } from './rows.ts';
import type { VersionRules } from './versions.ts';
import { imageKey, knownImages, wantedImages } from './wanted.ts';

/** Image key → when it was last asked for (epoch ms): what is not there is not asked for again at once. */
interface ImagesState {
  readonly tried: Readonly<Record<string, number>>;
}

interface LookUp {
  readonly wanted: WantedImage;
  readonly reference: ImageReference;
}

/**
 * One run: every new image gets a row by its tag at once; those of configured registries are then read. A digest that was read
 * is never asked for again, and a row from a registry is never replaced by one from a tag. When a registry is down, what the
 * others said is stored and the run fails, so that the poller comes back.
 */
export async function lookUpImages(
  config: ImagesConfig,
  rules: VersionRules,
  run: PollRun,
  { warehouse }: SourceContext,
): Promise<PollOutcome> {
  const wanted = await wantedImages(warehouse.reader);
  const known = await knownImages(warehouse.reader);
  const tried = new Map(Object.entries((run.state as ImagesState | null)?.tried ?? {}));
  const now = run.startedAt;
  let rowsWritten = 0;
  const write = async (rows: readonly Row[]): Promise<void> => {
    if (rows.length > 0) await warehouse.writer.write([{ table: 'images', rows }]);
    rowsWritten += rows.length;
  };

  const parsed = wanted.map((entry) => ({ wanted: entry, reference: parseReference(entry.image) }));
  await write(
    parsed
      .filter(({ wanted: entry }) => !known.has(imageKey(entry)))
      .map(({ wanted: entry, reference }) => tagRow(entry, reference ? rules.fromTag(reference) : {}, now)),
  );

  const registries = new Registries(config.registries, run.signal);
  const due = parsed.filter(
    (entry): entry is LookUp =>
      entry.reference !== null &&
      registries.has(entry.reference.host) &&
      (entry.wanted.digest !== '' || entry.reference.tag !== '') &&
      !(entry.wanted.digest !== '' && known.get(imageKey(entry.wanted)) === 'registry') &&
      now.getTime() - (tried.get(imageKey(entry.wanted)) ?? 0) >= config.retry_hours * 3_600_000,
  );
  const batch = due.slice(0, config.lookups_per_run);
  const down = new Map<string, SceError>();
  const fetched = new Map<string, FetchedImage>();
  let unseen = 0;
  try {
    for (const [index, { wanted: entry, reference }] of batch.entries()) {
      if (down.has(reference.host)) continue;
      run.progress(index, batch.length, 'images');
      try {
        const client = await registries.client(reference.host);
        const content = entry.digest || reference.tag;
        const cacheKey = `${reference.host}/${reference.repository}@${content}`;
        const image =
          fetched.get(cacheKey) ?? (await fetchImage(client, reference.repository, content, config.architecture));
        fetched.set(cacheKey, image);
        await write([registryRow(entry, rules.fromImage(reference, image), image, config.environment, now)]);
        tried.set(imageKey(entry), now.getTime());
      } catch (error) {
        if (!isSceError(error) || error.code !== 'SOURCE_FAILED') throw error;
        if (concernsOneImage(error)) {
          unseen += 1;
          tried.set(imageKey(entry), now.getTime());
          run.log.warn(
            { image: entry.image, reason: error.message },
            'image could not be read; its tag is all that is known',
          );
        } else down.set(reference.host, error);
      }
    }
  } finally {
    await registries.close();
  }

  const keys = new Set(wanted.map(imageKey));
  const state: ImagesState = { tried: Object.fromEntries([...tried].filter(([key]) => keys.has(key))) };
  const [failure] = down.values();
  if (failure) {
    await run.checkpoint(state);
    throw failure;
  }
  return { state, rowsRead: batch.length, rowsWritten, complete: unseen === 0 && batch.length === due.length };
}

/** Not there, not for us, or not what was asked for: the registry itself works. */
function concernsOneImage(error: SceError): boolean {
  return [401, 403, 404].includes(Number(error.details['status'])) || error.details['content'] === true;
}
