import { statfsSync } from 'node:fs';
import { SceError } from '../errors.ts';

const cacheMs = 1_000;
const mebibyte = 2 ** 20;

/** Free space on the disk of the database, against a reserve that QuestDB needs to survive (a full disk can kill it). */
export class FreeSpace {
  readonly #directory: string | null;
  readonly #reserveBytes: number;
  #readAt = -Infinity;
  #freeBytes: number | null = null;

  /** `directory` null = the database is elsewhere; its disk cannot be seen and nothing is refused. */
  constructor(directory: string | null, reserveMb: number) {
    this.#directory = directory;
    this.#reserveBytes = reserveMb * mebibyte;
  }

  /** Bytes this user may still write, at most a second old; null when the disk cannot be seen. */
  get freeBytes(): number | null {
    if (this.#directory !== null && performance.now() - this.#readAt > cacheMs) {
      const { bavail, bsize } = statfsSync(this.#directory);
      this.#freeBytes = bavail * bsize;
      this.#readAt = performance.now();
    }
    return this.#freeBytes;
  }

  get isReserveReached(): boolean {
    const free = this.freeBytes;
    return free !== null && free < this.#reserveBytes;
  }

  /** Call before a write. Throws `DISK_RESERVE_REACHED`. */
  assertFreeSpace(): void {
    if (!this.isReserveReached) return;
    throw new SceError(
      'DISK_RESERVE_REACHED',
      `the disk of the warehouse has ${Math.floor((this.#freeBytes ?? 0) / mebibyte)} MB left, less than the reserve of ${this.#reserveBytes / mebibyte} MB (warehouse.free_space_reserve_mb); nothing is written until there is more`,
      { retryAfterSeconds: 30 },
    );
  }
}
