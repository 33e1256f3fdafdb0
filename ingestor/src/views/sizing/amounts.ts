/** How often a size goes into what is left; what has no size goes into anything. */
export function times(left: number, size: number): number {
  return size > 0 ? Math.floor(left / size) : Infinity;
}

/** Size → the least of it and of all that come after it and fit a node. */
export function leastFrom(values: Float64Array, classOfSize: Int32Array): Float64Array {
  const least = new Float64Array(values.length);
  for (let size = values.length - 1, known = Infinity; size >= 0; size--) {
    if (classOfSize[size] !== -1) known = Math.min(known, values[size] ?? 0);
    least[size] = known;
  }
  return least;
}

/** Size → the most of it and of all that come after it. */
export function mostFrom(values: Float64Array): Float64Array {
  const most = values.slice();
  for (let size = values.length - 2; size >= 0; size--) most[size] = Math.max(most[size] ?? 0, most[size + 1] ?? 0);
  return most;
}
