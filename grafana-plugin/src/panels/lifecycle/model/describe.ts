import { count, durationInWords, durationShort, glance } from '../../shared/words.ts';
import type { LifeEvent } from './marks.ts';
import { endingOf, patternStyle } from './patterns.ts';
import type { SortKey } from './sort.ts';
import type { Workspace } from './workspace.ts';

/** Formats in the dashboard's time zone. */
export interface TimeWords {
  readonly moment: (time: number) => string;
  readonly day: (time: number) => string;
}

/** An event in a sentence. */
export function eventInWords(workspace: Workspace, event: LifeEvent, time: TimeWords): string {
  switch (event.kind) {
    case 'created':
      return `Created ${time.moment(workspace.createdAt)}`;
    case 'first-visit':
      return `First ${visitNoun(workspace)} ${time.day(workspace.firstVisitDay ?? event.at)}`;
    case 'last-visit':
      return `Last ${visitNoun(workspace)} ${time.day(workspace.lastVisitDay ?? event.at)}`;
    case 'only-visit':
      return `Only ${visitNoun(workspace)} ${time.day(workspace.lastVisitDay ?? event.at)}`;
    case 'ended':
      return `${capital(endingOf(workspace.endedBy ?? 'unknown').words)} ${time.moment(event.at)}`;
    case 'alive':
      return `Alive ${time.moment(event.at)}, ${durationInWords(workspace.ageSeconds)} old`;
  }
}

/** The whole life in plain words: what a screen reader says of a row. */
export function lifeInWords(workspace: Workspace, time: TimeWords): string {
  const { endedAt, unvisitedSeconds, visitDays, visitBasis } = workspace;
  const visits =
    visitBasis === 'unknown'
      ? 'visits not known'
      : workspace.lastVisitDay === null
        ? visitBasis === 'cpu'
          ? 'never active'
          : 'never visited'
        : `${visitBasis === 'cpu' ? 'active' : 'visited'} on ${count(visitDays, 'day')}, last ${time.day(workspace.lastVisitDay)}`;
  const end =
    endedAt === null
      ? `alive${unvisitedSeconds !== null && unvisitedSeconds >= 86_400 ? `, unvisited for ${durationInWords(unvisitedSeconds)}` : ''}`
      : `${endingOf(workspace.endedBy ?? 'unknown').words} ${time.day(endedAt)}`;
  const eol = workspace.endOfLife === null ? '' : ` Past its end of life: ${workspace.endOfLife}.`;
  return `${patternStyle(workspace.pattern).label}. ${workspace.user ?? 'Unattributed'}. Created ${time.day(workspace.createdAt)}, ${visits}, ${end}.${eol}`;
}

/** What has been reserved since the last visit: money where it is known, else core-hours. */
export function wasteInWords({
  unvisitedCost,
  unvisitedCoreHours,
  currency,
}: Pick<Workspace, 'unvisitedCost' | 'unvisitedCoreHours' | 'currency'>): string | null {
  if (unvisitedCost !== null) return `${glance(unvisitedCost)}${currency === null ? '' : ` ${currency}`}`;
  return unvisitedCoreHours === null ? null : `${glance(unvisitedCoreHours)} core·h`;
}

/** The figure shown at the end of a row: that which the rows are sorted by, or their age. */
export function figureOf(workspace: Workspace, key: SortKey): string {
  const never = workspace.visitBasis === 'unknown' ? '–' : 'never';
  switch (key) {
    case 'waste':
      return wasteInWords(workspace) ?? '–';
    case 'unvisited':
    case 'last-visit':
      return workspace.unvisitedSeconds === null ? never : durationShort(workspace.unvisitedSeconds);
    case 'visit-days':
      return workspace.visitBasis === 'unknown' ? '–' : String(workspace.visitDays);
    case 'cores':
      return workspace.cores === null ? '–' : glance(workspace.cores);
    case 'pattern':
    case 'user':
    case 'created':
    case 'ended':
    case 'age':
      return durationShort(workspace.ageSeconds);
  }
}

/** Heading of that column. */
export function figureLabel(key: SortKey): string {
  switch (key) {
    case 'waste':
      return 'Idle';
    case 'unvisited':
    case 'last-visit':
      return 'Unvisited';
    case 'visit-days':
      return 'Visit days';
    case 'cores':
      return 'Cores';
    default:
      return 'Age';
  }
}

function visitNoun({ visitBasis }: Workspace): string {
  return visitBasis === 'cpu' ? 'activity' : 'visit';
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
