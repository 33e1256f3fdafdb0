/** The whole UTC months of a span: series are registered once in each, at the hour of the first sample that arrived. */
export function monthsOf(from: Date, to: Date): [Date, Date] {
  return [
    new Date(Date.UTC(from.getUTCFullYear(), from.getUTCMonth())),
    new Date(Date.UTC(to.getUTCFullYear(), to.getUTCMonth() + 1)),
  ];
}
