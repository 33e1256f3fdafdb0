export interface Label {
  readonly x: number;
  readonly text: string;
}

const characterWidth = 6.2;
const between = 6;

/** Labels moved sideways so that they do not overlap and stay in 0…width; the marks stay where they are. */
export function spreadLabels(labels: readonly Label[], width: number): (Label & { readonly labelX: number })[] {
  const sorted = [...labels].sort((a, b) => a.x - b.x);
  const halves = sorted.map(({ text }) => (text.length * characterWidth) / 2);
  const places = sorted.map(({ x }) => x);
  // To the right as far as needed, then back from the right edge.
  for (let index = 0; index < places.length; index++) {
    const before = index === 0 ? 0 : (places[index - 1] ?? 0) + (halves[index - 1] ?? 0) + between;
    places[index] = Math.max(places[index] ?? 0, before + (halves[index] ?? 0));
  }
  for (let index = places.length - 1; index >= 0; index--) {
    const next = index === places.length - 1 ? width : (places[index + 1] ?? 0) - (halves[index + 1] ?? 0) - between;
    places[index] = Math.min(places[index] ?? 0, next - (halves[index] ?? 0));
  }
  return sorted.map((label, index) => ({ ...label, labelX: places[index] ?? label.x }));
}
