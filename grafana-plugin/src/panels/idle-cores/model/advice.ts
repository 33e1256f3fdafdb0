import { Column, type FrameLike } from '../../shared/frames.ts';
import { everybody } from './candidates.ts';
import { allValues } from './histogram.ts';

/** A second query may bring view `right-size`: what it advises is marked and can be taken with a click. */
export const requiredColumns = ['role', 'default_cores'] as const;

export interface Advice {
  readonly cores: number;
  readonly memoryGb: number | null;
  readonly todayCores: number | null;
}

/** What view `right-size` advises, by role as it shows it, or for everybody. Groups without enough data have none. */
export function readAdvice(frame: FrameLike | null): ReadonlyMap<string, Advice> {
  const advice = new Map<string, Advice>();
  if (!frame) return advice;
  const [role, cores] = [new Column(frame, 'role'), new Column(frame, 'default_cores')];
  const [memory, today] = [new Column(frame, 'default_memory_gb'), new Column(frame, 'today_cores')];
  for (let row = 0; row < frame.length; row++) {
    const [name, number] = [role.text(row), cores.number(row)];
    // Not grouped by role: what is advised for everybody.
    if (name !== null && number !== null && number > 0)
      advice.set(name === allValues ? everybody : name, {
        cores: number,
        memoryGb: memory.number(row),
        todayCores: today.number(row),
      });
  }
  return advice;
}
