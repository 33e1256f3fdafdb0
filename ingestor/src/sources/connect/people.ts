import type { SourceContext } from '../source.ts';
import { forgottenReason } from '../../warehouse/persons/forgotten.ts';
import { normaliseUser } from '../../identity/normalise-user.ts';
import { text, type Json } from './json.ts';

/** Turns accounts of one server into person keys, and takes their names out of texts. */
export class ConnectPeople {
  readonly #context: SourceContext;
  readonly #isForgotten: (code: string) => boolean;
  readonly #server: string;
  readonly #byGuid = new Map<string, string | null>();
  readonly #monitors = new Set<string>();
  readonly #names = new Set<string>();

  private constructor(context: SourceContext, server: string, isForgotten: (code: string) => boolean) {
    this.#context = context;
    this.#server = server;
    this.#isForgotten = isForgotten;
  }

  static async load(context: SourceContext, server: string, users: readonly Json[]): Promise<ConnectPeople> {
    const reason = await forgottenReason(context.warehouse.reader, context.pseudonymiser);
    const people = new ConnectPeople(context, server, (code) => reason(code) !== null);
    const monitors = new Set(context.config.connect.monitor_users.map(normaliseUser));
    for (const user of users) {
      const [guid, name] = [text(user['guid']), text(user['username'])];
      if (guid === null || name === null) continue;
      people.#byGuid.set(guid, people.byName(name));
      people.#names.add(normaliseUser(name));
      if (monitors.has(normaliseUser(name))) people.#monitors.add(guid);
    }
    return people;
  }

  /** Code of an account: a guid leads to its owner for everybody who may look at the server. */
  account(guid: string): string {
    return this.#context.pseudonymiser.text('u', `connect ${this.#server} ${guid}`);
  }

  /** Person key of a user name; null for nobody, and for people who were erased. */
  byName(name: string | null): string | null {
    if (name === null) return null;
    const key = this.#context.pseudonymiser.person(name);
    return key === '' || this.#isForgotten(key) ? null : key;
  }

  /** Person key of an account; of one that the server no longer lists the code of the account. */
  byGuid(guid: string | null): string | null {
    if (guid === null) return null;
    const known = this.#byGuid.get(guid);
    return known === undefined ? this.account(guid) : known;
  }

  isMonitor(guid: string | null): boolean {
    return guid !== null && this.#monitors.has(guid);
  }

  /** A title without user names, addresses and home directories. */
  clean(value: string | null): string | null {
    if (value === null) return null;
    const scrubbed = this.#context.pseudonymiser.scrub(value);
    return scrubbed.replaceAll(/[\p{L}\p{N}][\p{L}\p{N}.]*/gu, (word) =>
      this.#names.has(word.toLowerCase()) ? this.#context.pseudonymiser.person(word) : word,
    );
  }
}
