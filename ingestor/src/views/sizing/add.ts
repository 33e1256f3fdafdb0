/** `array[at] += amount`. */
export function add(array: Int32Array | Float64Array, at: number, amount: number): void {
  array[at] = (array[at] ?? 0) + amount;
}
