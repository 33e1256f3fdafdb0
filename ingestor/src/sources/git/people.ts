import { forgottenReason } from '../../warehouse/persons/forgotten.ts';
import type { SourceContext } from '../source.ts';
import type { ForgeRepository } from './forge.ts';

/** `51-meierk@users.noreply.gitlab.example.com`, `12345+meierk@users.noreply.github.com`. */
const noReply = /^(?:\d+[-+])?([^@]+)@(?:[\w.-]*\.)?noreply\./iu;

/** Turns authors and members into person keys. An address names its owner by what is before the @, as everywhere. */
export class GitPeople {
  readonly #context: SourceContext;
  readonly #isForgotten: (code: string) => boolean;
  readonly #bots: RegExp;

  private constructor(context: SourceContext, isForgotten: (code: string) => boolean) {
    this.#context = context;
    this.#isForgotten = isForgotten;
    this.#bots = new RegExp(context.config.git.bot_pattern, 'iu');
  }

  static async load(context: SourceContext): Promise<GitPeople> {
    const reason = await forgottenReason(context.warehouse.reader, context.pseudonymiser);
    return new GitPeople(context, (code) => reason(code) !== null);
  }

  isBot(...names: readonly string[]): boolean {
    return names.some((name) => this.#bots.test(name));
  }

  /** Person key; '' for nobody, and for people who were erased. */
  byName(username: string): string {
    const key = this.#context.pseudonymiser.person(username);
    return this.#isForgotten(key) ? '' : key;
  }

  /** Addresses are free text: one without an @ names nobody. */
  byAddress(address: string): string {
    if (!/^[^\s@]+@[^\s@]+$/u.test(address)) return '';
    return this.byName(noReply.exec(address)?.[1] ?? address);
  }

  /** The path of a repository and its first group, without the owner's name in personal ones. */
  pathOf({ path, isPersonal }: ForgeRepository): { readonly path: string; readonly nameSpace: string } {
    const parts = path.split('/');
    if (isPersonal && parts.length > 1) parts[0] = this.byName(parts[0] ?? '');
    const clean = this.clean(parts.join('/'));
    return { path: clean, nameSpace: clean.split('/')[0] ?? '' };
  }

  clean(text: string): string {
    return this.#context.pseudonymiser.scrub(text);
  }
}
