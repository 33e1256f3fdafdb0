/** Shapes tell patterns apart where colours cannot. */
export type Shape = 'circle' | 'diamond' | 'square' | 'triangle' | 'triangle-down' | 'ring' | 'cross' | 'dash';

export interface PatternStyle {
  readonly id: string;
  readonly label: string;
  /** What it means, in a sentence, with the thresholds of the definitions. */
  readonly words: string;
  readonly shape: Shape;
  /** Name of Grafana's palette, for the dark and the light theme. */
  readonly color: { readonly dark: string; readonly light: string };
}

/**
 * The patterns of view `container-lifecycle`, in the order of the legend: in use first, wasted last. Blue and orange families
 * with different lightness stay apart with any colour vision; the shapes say it again.
 */
export const patternStyles: readonly PatternStyle[] = [
  {
    id: 'returning',
    label: 'Returning',
    words: 'Visited on more than one day',
    shape: 'circle',
    color: { dark: 'blue', light: 'semi-dark-blue' },
  },
  {
    id: 'kept alive',
    label: 'Kept alive',
    words: 'Older than 180 days and visited in the last 30',
    shape: 'diamond',
    color: { dark: 'super-light-blue', light: '#0b2f73' },
  },
  {
    id: 'too new',
    label: 'Too new',
    words: 'Alive for less than 7 days: too early to say',
    shape: 'ring',
    color: { dark: '#5fd3bc', light: '#1b8a75' },
  },
  {
    id: 'one day',
    label: 'One day',
    words: 'Visited on exactly one day',
    shape: 'square',
    color: { dark: 'yellow', light: '#b58900' },
  },
  {
    id: 'abandoned',
    label: 'Abandoned',
    words: 'Alive, and not visited for 30 days or more',
    shape: 'triangle',
    color: { dark: 'orange', light: '#d95b00' },
  },
  {
    id: 'never visited',
    label: 'Never visited',
    words: 'Nobody ever visited it',
    shape: 'cross',
    color: { dark: '#d64a7e', light: '#a3154e' },
  },
  {
    id: 'never active',
    label: 'Never active',
    words: 'Visits are not reported; it never used 0.1 core for five minutes of a day',
    shape: 'triangle-down',
    color: { dark: 'light-purple', light: '#6a2fb5' },
  },
  {
    id: 'unknown',
    label: 'Unknown',
    words: 'Nothing tells whether it was visited',
    shape: 'dash',
    color: { dark: '#8e8e8e', light: '#767676' },
  },
];

const byId = new Map(patternStyles.map((style) => [style.id, style]));

/** The style of a pattern; one that this version does not know is drawn as unknown, under its own name. */
export function patternStyle(id: string): PatternStyle {
  const known = byId.get(id);
  if (known) return known;
  const unknown = byId.get('unknown') ?? patternStyles[0];
  if (!unknown) throw new Error('there are no patterns');
  return { ...unknown, id, label: id.charAt(0).toUpperCase() + id.slice(1), words: 'A pattern of a newer version' };
}

/** How the end of a workspace is drawn and said. */
export const endings: Readonly<Record<string, { readonly shape: Shape; readonly words: string }>> = {
  user: { shape: 'cross', words: 'deleted by its user' },
  rule: { shape: 'square', words: 'deleted by a rule (culler or clean-up)' },
  eviction: { shape: 'triangle-down', words: 'evicted: its node was drained or lost' },
  oom: { shape: 'triangle', words: 'killed: out of memory' },
  completed: { shape: 'circle', words: 'ended by itself' },
  unknown: { shape: 'ring', words: 'ended; by whom is not known' },
};

/** An ending that this version does not know (such as `admin`) is named as it is. */
export function endingOf(by: string): { readonly shape: Shape; readonly words: string } {
  return endings[by] ?? { shape: 'diamond', words: `ended by ${by}` };
}
