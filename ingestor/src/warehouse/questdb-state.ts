import type { EventEmitter } from 'node:events';
import type { QuestdbConnection } from './connection.ts';

export type QuestdbStatus = 'starting' | 'ready' | 'down' | 'stopped';

export interface QuestdbState {
  readonly status: QuestdbStatus;
  readonly since: Date;
  /** Why, in words for `/readyz`. */
  readonly message: string;
  /** How often it was started again after a crash; 0 for a server we only watch. */
  readonly restarts: number;
}

/** A QuestDB whose state is known: our own child process or a server elsewhere. Emits `state` at every change. */
export interface ManagedQuestdb extends EventEmitter<{ state: [QuestdbState] }> {
  readonly connection: QuestdbConnection;
  readonly state: QuestdbState;
  stop(): Promise<void>;
}
