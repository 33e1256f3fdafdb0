import type { DataQueryError } from '@grafana/data';
import type { FetchError } from '@grafana/runtime';

/** Whose error it is: the one who asks, who may not ask that, the ingestor and what lies behind it, or this plugin. */
export type Whose = 'yours' | 'access' | 'downstream' | 'ours';

export interface Problem {
  readonly whose: Whose;
  readonly title: string;
  /** What happened, from where it happened. */
  readonly message: string;
  /** What to do next. */
  readonly advice: string;
}

const kinds: Readonly<Record<Whose, { readonly title: string; readonly advice: string }>> = {
  yours: { title: 'The question needs a change', advice: 'Change the query; the message says where.' },
  access: {
    title: 'Not allowed to see this',
    advice:
      'Sign in as somebody whose scope allows it, choose a view about groups, or ask an administrator for a token with a wider scope.',
  },
  downstream: {
    title: 'sce-voice does not answer',
    advice: 'The configuration check of the app says what is missing. Existing data is safe; try again in a moment.',
  },
  ours: {
    title: 'The plugin failed',
    advice: 'This is a defect of the plugin: please report it with the message and the query.',
  },
};

function whoseOf(status: number | undefined): Whose {
  if (status === undefined || status === 0) return 'downstream';
  if (status === 401 || status === 403) return 'access';
  if (status === 500) return 'ours';
  if (status === 408 || status === 429 || status > 500) return 'downstream';
  return 'yours';
}

/** Anything that was thrown or answered, in words for the one who looks at the panel. */
export function problemOf(error: unknown): Problem {
  const thrown = (error ?? {}) as Partial<FetchError<{ message?: string; error?: string }>> & Partial<DataQueryError>;
  const message =
    thrown.data?.message || thrown.message || thrown.data?.error || thrown.statusText || 'no reason was given';
  const whose = error instanceof Error && thrown.status === undefined ? 'ours' : whoseOf(thrown.status);
  return { whose, message, ...kinds[whose] };
}
