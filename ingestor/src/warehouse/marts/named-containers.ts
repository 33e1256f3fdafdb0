import type { ContainerRow } from './container-row.ts';
import { names, type EndEvent } from './ended-by.ts';

/** An event is stamped with the start of its bucket, and a platform may speak before the pod is there. */
const earlyMs = 300_000;

/** Finds the containers that events are about: by uid, pod, server or session, among those alive at the time. */
export class NamedContainers {
  readonly #byKey = new Map<string, ContainerRow[]>();

  constructor(containers: readonly ContainerRow[]) {
    for (const row of containers)
      for (const key of [
        `uid ${row.uid}`,
        `pod ${row.pod}`,
        `session ${row.session ?? ''}`,
        `user ${row.user_key ?? ''}`,
      ]) {
        const list = this.#byKey.get(key);
        if (list === undefined) this.#byKey.set(key, [row]);
        else list.push(row);
      }
  }

  of(event: EndEvent): ContainerRow[] {
    const key = event.uid
      ? `uid ${event.uid}`
      : event.pod
        ? `pod ${event.pod}`
        : event.session
          ? `session ${event.session}`
          : `user ${event.server_user ?? '-'}`;
    return (this.#byKey.get(key) ?? []).filter(
      (row) =>
        event.timestamp.getTime() >= row.created_at.getTime() - earlyMs &&
        (row.ended_at === null || event.timestamp <= row.ended_at) &&
        names(row, event),
    );
  }
}
