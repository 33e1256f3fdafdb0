/** Node money and active days by user, on one side of a change. */
export interface Side {
  readonly money: ReadonlyMap<string, number>;
  readonly days: ReadonlyMap<string, number>;
}
export interface Measured {
  /** Users of the group with active days on both sides. */
  readonly users: number;
  readonly perDayBefore: number;
  readonly perDayAfter: number;
  readonly daysBefore: number;
  readonly daysAfter: number;
}

/** Node money per active user-day on both sides, of the users who are in both. Null: there are none. */
export function measure(before: Side, after: Side, isOf: (user: string) => boolean): Measured | null {
  const users = [...before.days.keys()].filter((user) => after.days.has(user) && isOf(user));
  if (users.length === 0) return null;
  const sum = (of: ReadonlyMap<string, number>): number =>
    users.reduce((total, user) => total + (of.get(user) ?? 0), 0);
  const [daysBefore, daysAfter] = [sum(before.days), sum(after.days)];
  return {
    users: users.length,
    perDayBefore: sum(before.money) / daysBefore,
    perDayAfter: sum(after.money) / daysAfter,
    daysBefore,
    daysAfter,
  };
}

/** What the group saved per active user-day, less what the control group saved without any change. */
export function lessControl(group: Measured, control: Measured): number {
  return group.perDayBefore - group.perDayAfter - (control.perDayBefore - control.perDayAfter);
}
