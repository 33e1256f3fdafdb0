import type { Config } from '../../config.ts';
import type { ContentItem } from './facts.ts';

/** Why an item is never proposed, or null. Locked, pinned, tagged as exempt, on the list. */
export function exemptReason(
  item: ContentItem,
  { exempt, exempt_tags: tags }: Config['connect']['cleanup'],
): string | null {
  if (item.is_locked) return 'locked';
  if (item.category === 'pin') return 'pinned';
  const own = item.tags === null ? [] : (JSON.parse(item.tags) as string[]);
  const tag = own.find((name) => tags.some((each) => each.toLowerCase() === name.toLowerCase()));
  if (tag !== undefined) return `tagged ${tag}`;
  return exempt.find(({ content }) => content === item.content_guid)?.reason ?? null;
}
