import type { Row } from '../../warehouse/warehouse.ts';
import type { PollRun, SourceContext } from '../source.ts';
import type { ConnectClient } from './client.ts';
import type { ConnectServer } from './config.ts';
import { hasEndpoint, noteEndpoint, type ConnectState } from './state.ts';

/** One poll of one server: what its parts share. */
export class ConnectRun {
  readonly context: SourceContext;
  readonly server: ConnectServer;
  readonly client: ConnectClient;
  readonly run: PollRun;
  readonly state: ConnectState;
  /** Designated timestamp of snapshot rows. */
  readonly day: Date;
  rowsRead = 0;
  rowsWritten = 0;
  /** Parts of the server that could not be read, though it works otherwise. */
  unreadable = 0;

  constructor(context: SourceContext, server: ConnectServer, client: ConnectClient, run: PollRun, state: ConnectState) {
    this.context = context;
    this.server = server;
    this.client = client;
    this.run = run;
    this.state = state;
    this.state.day ??= new Date(Math.floor(run.startedAt.getTime() / 86_400_000) * 86_400_000).toISOString();
    this.day = new Date(this.state.day);
  }

  get name(): string {
    return this.server.name;
  }

  has(endpoint: string): boolean {
    return hasEndpoint(this.state, endpoint, this.run.startedAt);
  }

  note(endpoint: string, isThere: boolean): void {
    noteEndpoint(this.state, endpoint, isThere, this.run.startedAt);
  }

  async write(tables: Readonly<Record<string, readonly (Row | null)[]>>): Promise<void> {
    const batches = Object.entries(tables)
      .map(([table, rows]) => ({ table, rows: rows.filter((row): row is Row => row !== null) }))
      .filter(({ rows }) => rows.length > 0);
    if (batches.length === 0) return;
    await this.context.warehouse.writer.write(batches);
    this.rowsWritten += batches.reduce((sum, { rows }) => sum + rows.length, 0);
  }

  /** Keeps how far it is: what comes after is read again when this process is killed. */
  async checkpoint(): Promise<void> {
    await this.run.checkpoint(this.state);
    this.run.signal.throwIfAborted();
  }
}
