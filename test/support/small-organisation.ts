import { labels, type TestPerson } from './people-rows.ts';

/** For tests that attack small groups: what people are, and how an attacker reads a label of merged values. */
export const attributes = ['department', 'role', 'is_manager'] as const;
export const values = {
  department: ['A', 'B', 'C', 'D', 'E'],
  role: ['x', 'y', 'z'],
  is_manager: ['false', 'true'],
} as const;

/** A small organisation with departments, roles and weeks that are too small, people who move, join and leave. */
export function organisation(seed: number): TestPerson[] {
  let state = seed;
  const random = (below: number): number => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return Math.floor((state / 2 ** 31) * below);
  };
  const sizes = { A: 3, B: 45, C: 25, D: 70, E: 2 };
  const days = labels('2026-01-05', '2026-03-15', [1, 2, 3, 4, 5]);
  return Object.entries(sizes).flatMap(([department, size]) =>
    Array.from({ length: size }, (_, index): TestPerson => {
      const often = [1, 0.6, 0.2, 0.05, 0][random(5)] ?? 0;
      const moved =
        random(8) === 0 ? { moves: { '2026-02-25': { department: values.department[random(5)] ?? 'A' } } } : {};
      const joined = random(12) === 0 ? { joined: '2026-02-11' } : {};
      return {
        key: `u_${department}${index}`,
        department,
        role: values.role[Math.min(2, random(5))] ?? 'x',
        isManager: random(6) === 0,
        access: random(10) > 0,
        days: days.filter(() => random(1000) < often * 1000),
        ...moved,
        ...joined,
      };
    }),
  );
}

/** Values behind a shown label, as anybody can read it. */
export function behind(label: string, all: readonly string[]): string[] {
  if (label === 'all' || label.endsWith('(merged)')) return label === 'all' ? [...all] : behindMany(label, all);
  const [first, last] = label.split(' … ');
  if (last !== undefined) return all.slice(all.indexOf(first ?? ''), all.indexOf(last) + 1);
  return label.split(' + ');
}
function behindMany(label: string, all: readonly string[]): string[] {
  const count = 3 + Number(/\+ (\d+) more/.exec(label)?.[1]);
  if (count !== all.length) throw new Error(`the attacker cannot read ${label}`);
  return [...all];
}
