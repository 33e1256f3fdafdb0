/** A binary min-heap by time, then by order of insertion: equal times come out first in, first out. */
export class TimeHeap<T> {
  #items: { at: number; order: number; value: T }[] = [];
  #order = 0;

  get size(): number {
    return this.#items.length;
  }

  push(at: number, value: T): void {
    const items = this.#items;
    const item = { at, order: this.#order++, value };
    let i = items.length;
    items.push(item);
    while (i > 0) {
      const parent = (i - 1) >>> 1;
      const other = items[parent];
      if (other === undefined || !before(item, other)) break;
      items[i] = other;
      i = parent;
    }
    items[i] = item;
  }

  /** The earliest entry, or undefined. */
  pop(): { readonly at: number; readonly value: T } | undefined {
    const items = this.#items;
    const top = items[0];
    const last = items.pop();
    if (top === undefined || last === undefined || items.length === 0) return top;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      const left = items[child];
      if (left === undefined) break;
      const right = items[child + 1];
      if (right !== undefined && before(right, left)) child += 1;
      const smaller = items[child];
      if (smaller === undefined || !before(smaller, last)) break;
      items[i] = smaller;
      i = child;
    }
    items[i] = last;
    return top;
  }
}

function before(a: { at: number; order: number }, b: { at: number; order: number }): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}
