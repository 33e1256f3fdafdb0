import { SceError } from '../../errors.ts';
import type { HrFeed } from './record.ts';

/** What is remembered of the last good feed to judge the next. */
export interface FeedSize {
  readonly people: number;
  readonly withDepartment: number;
}

export interface GuardLimits {
  readonly name: string;
  readonly max_loss_share: number;
  readonly max_invalid_share: number;
}

/** Size of a feed that looks right. Throws `FEED_REFUSED` for one that does not; the last good one then stays. No names in the text. */
export function guardFeed(feed: HrFeed, last: FeedSize | null, limits: GuardLimits): FeedSize {
  const refuse = (why: string): never => {
    throw new SceError(
      'FEED_REFUSED',
      `HR feed ${limits.name} of ${feed.day} is refused, the last good one stays: ${why}`,
    );
  };
  const total = feed.records.length + feed.invalid.length;
  if (feed.records.length === 0)
    return refuse(total === 0 ? 'it is empty' : `none of its ${total} rows names a person (${feed.invalid[0] ?? ''})`);
  if (feed.invalid.length > total * limits.max_invalid_share)
    return refuse(
      `${feed.invalid.length} of ${total} rows are unusable, first ${feed.invalid[0] ?? ''} (max_invalid_share is ${limits.max_invalid_share})`,
    );

  const seen = new Map<string, string>();
  for (const record of feed.records) {
    const key = `${record.id}\0${record.validFrom ?? ''}`;
    const other = seen.get(key);
    if (other !== undefined)
      return refuse(
        `${other} and ${record.where} have the same person_id${record.validFrom === null ? '' : ' and valid_from'}`,
      );
    seen.set(key, record.where);
  }

  const people = new Set(feed.records.map((record) => record.id));
  const withDepartment = new Set(feed.records.filter((record) => record.department !== '').map((record) => record.id));
  const size = { people: people.size, withDepartment: withDepartment.size };
  if (last !== null) {
    const least = 1 - limits.max_loss_share;
    if (size.people < last.people * least)
      return refuse(
        `it has ${size.people} people, the last had ${last.people} (max_loss_share is ${limits.max_loss_share}; raise it once if the loss is real)`,
      );
    if (size.withDepartment < last.withDepartment * least)
      return refuse(
        `${size.withDepartment} people have a department, in the last ${last.withDepartment} had (max_loss_share is ${limits.max_loss_share})`,
      );
  }
  return size;
}
