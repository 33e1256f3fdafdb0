/** Settings of a choice between fixed values: value → what it is called, in this order. */
export function choices<T extends string>(
  labels: Readonly<Record<T, string>>,
): { options: { value: T; label: string }[] } {
  return { options: (Object.entries(labels) as [T, string][]).map(([value, label]) => ({ value, label })) };
}
