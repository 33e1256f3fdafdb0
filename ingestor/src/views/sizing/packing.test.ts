import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildMatrix, type BucketMatrix, type Span } from './bucket-matrix.ts';
import { bindingOf, packRange } from './pack-range.ts';
import { dominantShare, type NodeShape } from './packing.ts';
import { stretches } from './pool-spans.ts';
import { planSizes, type Size } from './size-plan.ts';

const gb = 2 ** 30;
const big: NodeShape = { millicores: 64_000, memoryBytes: 256 * gb };

const same = (count: number, cores: number, gigabytes: number): Span[] =>
  Array.from({ length: count }, (_, index) => span(String(index), cores * 1000, gigabytes * gb));
function span(id: string, millicores: number, memoryBytes: number, fromBucket = 0, toBucket = 1, role = 'r'): Span {
  return { id, role, millicores, memoryBytes, fromBucket, toBucket };
}
const pack = (matrix: BucketMatrix, shape: NodeShape, sizes: readonly Size[] = matrix.types) =>
  packRange(matrix, planSizes(sizes, shape));

describe('worked examples', () => {
  it.each([
    ['16 cores each', 120, 16, 0, big, 30, 'cores'],
    ['2 cores each', 120, 2, 0, big, 4, 'cores'],
    ['2 cores and 16 GB', 120, 2, 16, big, 8, 'memory'],
    ['16 cores of 63.77', 120, 16, 0, { ...big, millicores: 63_770 }, 40, 'cores'],
    ['8 cores and 32 GB: both full', 16, 8, 32, big, 2, 'both'],
    ['no request at all', 7, 0, 0, big, 1, 'nothing'],
  ] as const)('%s', (_, count, cores, gigabytes, shape, nodes, binding) => {
    const packed = pack(buildMatrix(same(count, cores, gigabytes), 1), shape);
    expect([...packed.nodes]).toEqual([nodes]);
    expect([...packed.unfit]).toEqual([0]);
    expect(bindingOf(packed)).toBe(binding);
  });
  it('what fits no node is counted, and takes no node', () => {
    const packed = pack(buildMatrix([...same(4, 16, 0), span('z', 65_000, 0), span('y', 1000, 257 * gb)], 1), big);
    expect([...packed.nodes, ...packed.unfit]).toEqual([1, 2]);
  });
  it('of equal shares the lower id goes first', () => {
    // Half a node each. By id: (a + b) (c + d) would not fit in memory; a with c, b with d.
    const shape = { millicores: 10, memoryBytes: 10 };
    const items = [span('a', 5, 1), span('b', 1, 5), span('c', 5, 5), span('d', 4, 4)];
    expect([...pack(buildMatrix(items, 1), shape).nodes]).toEqual([literal(items, shape)]);
  });
});

/** First fit decreasing, one container after another, as the definition reads. */
function literal(items: readonly Span[], shape: NodeShape): number {
  const share = (item: Size): number => dominantShare(item.millicores, item.memoryBytes, shape);
  const sorted = items
    .filter((item) => item.millicores <= shape.millicores && item.memoryBytes <= shape.memoryBytes)
    .sort((a, b) => share(b) - share(a) || (a.id < b.id ? -1 : 1));
  const nodes: { millicores: number; memoryBytes: number }[] = [];
  for (const item of sorted) {
    let node = nodes.find((free) => free.millicores >= item.millicores && free.memoryBytes >= item.memoryBytes);
    if (!node) nodes.push((node = { ...shape }));
    node.millicores -= item.millicores;
    node.memoryBytes -= item.memoryBytes;
  }
  return nodes.length;
}

/** The fewest nodes that any packing needs: tries every placement. */
function fewest(items: readonly Size[], shape: NodeShape): number {
  let best = items.length;
  const nodes: { millicores: number; memoryBytes: number }[] = [];
  const put = (index: number): void => {
    if (nodes.length >= best) return;
    const item = items[index];
    if (!item) {
      best = nodes.length;
      return;
    }
    const tried = new Set<string>();
    for (const node of nodes) {
      const key = `${node.millicores}/${node.memoryBytes}`;
      if (node.millicores < item.millicores || node.memoryBytes < item.memoryBytes || tried.has(key)) continue;
      tried.add(key);
      node.millicores -= item.millicores;
      node.memoryBytes -= item.memoryBytes;
      put(index + 1);
      node.millicores += item.millicores;
      node.memoryBytes += item.memoryBytes;
    }
    nodes.push({ millicores: shape.millicores - item.millicores, memoryBytes: shape.memoryBytes - item.memoryBytes });
    put(index + 1);
    nodes.pop();
  };
  put(0);
  return best;
}

function lowerBound(items: readonly Size[], shape: NodeShape): number {
  const sum = (of: (item: Size) => number): number => items.reduce((total, item) => total + of(item), 0);
  return Math.max(
    Math.ceil(sum(({ millicores }) => millicores) / shape.millicores),
    Math.ceil(sum(({ memoryBytes }) => memoryBytes) / shape.memoryBytes),
  );
}

const shapes = fc.record({ millicores: fc.integer({ min: 6, max: 12 }), memoryBytes: fc.integer({ min: 6, max: 12 }) });
const sizes = fc.record({ millicores: fc.integer({ min: 0, max: 13 }), memoryBytes: fc.integer({ min: 0, max: 13 }) });
const spansOf = (count: number, buckets: number) =>
  fc
    .array(
      fc
        .tuple(sizes, fc.nat(buckets - 1), fc.integer({ min: 1, max: buckets }), fc.constantFrom('r', 's'))
        .map(([size, from, long, role]) => ({ ...size, fromBucket: from, toBucket: from + long, role })),
      { maxLength: count },
    )
    .map((list) => list.map((item, index) => ({ ...item, id: String((index * 7919) % 1009) })));
const there = (spans: readonly Span[], bucket: number): Span[] =>
  spans.filter(({ fromBucket, toBucket }) => fromBucket <= bucket && bucket < toBucket);

describe('any containers', () => {
  it('every bucket is packed as the definition reads', () =>
    fc.assert(
      fc.property(spansOf(30, 12), shapes, (spans, shape) => {
        const packed = pack(buildMatrix(spans, 12), shape);
        for (let bucket = 0; bucket < 12; bucket++) {
          const here = there(spans, bucket);
          expect(packed.nodes[bucket]).toBe(literal(here, shape));
          expect(packed.unfit[bucket]).toBe(
            here.filter((item) => item.millicores > shape.millicores || item.memoryBytes > shape.memoryBytes).length,
          );
        }
      }),
      { numRuns: 300 },
    ));
  it('never below the best packing there is, nor below the trivial bound, and at most twice the best', () =>
    fc.assert(
      fc.property(spansOf(8, 1), shapes, (spans, shape) => {
        const fitting = spans.filter((s) => s.millicores <= shape.millicores && s.memoryBytes <= shape.memoryBytes);
        const nodes = pack(buildMatrix(spans, 1), shape).nodes[0] ?? 0;
        const best = fewest(fitting, shape);
        expect(nodes).toBeGreaterThanOrEqual(best);
        expect(nodes).toBeGreaterThanOrEqual(lowerBound(fitting, shape));
        expect(nodes).toBeLessThanOrEqual(2 * best + 1);
      }),
      { numRuns: 300 },
    ));
  it('the order in which spans arrive is no matter', () =>
    fc.assert(
      fc.property(spansOf(20, 6), shapes, (spans, shape) => {
        const a = pack(buildMatrix(spans, 6), shape);
        const b = pack(buildMatrix([...spans].reverse(), 6), shape);
        expect([...b.nodes]).toEqual([...a.nodes]);
      }),
    ));
});

it('bits are read as stretches', () =>
  fc.assert(
    fc.property(fc.array(fc.boolean(), { maxLength: 48 }), (present) => {
      const bits = present.reduce((sum, is, at) => sum + (is ? 2 ** at : 0), 0);
      const found = present.map(() => false);
      let last = -2;
      for (const [from, to] of stretches(bits)) {
        expect(from).toBeGreaterThan(last + 1);
        found.fill(true, from, to + 1);
        last = to;
      }
      expect(found).toEqual(present);
    }),
  ));
