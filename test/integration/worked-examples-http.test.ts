import { expect, it } from 'vitest';
import { containerSamples, nodeSamples, type ContainerLife, type RawSample } from '../bench/marts/raw.ts';
import { testConfig } from '../support/test-config.ts';
import { askWholePath } from '../support/whole-path.ts';

/** The worked examples of the definitions about idle, whole: samples in by remote-write, the answer of a view out by HTTP. */
const config = testConfig({ views: { small_groups: { min_people: 1, max_share: 1 } } });
const at = (text: string): Date => new Date(`2026-03-${text}Z`);
const range = { from: '2026-03-02', to: '2026-03-03' };
const now = at('04T12:00:00');

/** Containers that live from ten to eleven, `cores` used of `request`. */
const anHour = (lives: readonly { request: number | null; cores: number }[]): RawSample[] =>
  lives.flatMap(({ request, cores }, index) =>
    containerSamples({ ...life(index), requestCores: request, cores: () => cores }),
  );
const life = (index: number): ContainerLife => ({
  pod: `p${index}`,
  uid: `u${index}`,
  from: at('02T10:00:00'),
  to: at('02T11:00:00'),
});
const nine = Array.from({ length: 9 }, () => ({ request: 16, cores: 0.05 }));

it.each<[string, RawSample[], string, object, object[]]>([
  [
    'a 64-core node for an hour, requests 48, use 6: infra idle 16 (25 %), workload idle 42 (65.6 %)',
    [
      ...nodeSamples('node-1', 64, 256, at('02T10:00:00'), at('02T11:00:00')),
      ...anHour([1, 2, 3].map(() => ({ request: 16, cores: 2 }))),
    ],
    'idle-cost',
    { by_node_type: false },
    [
      { part: 'workload idle', core_hours: 42, core_share: 0.65625 },
      { part: 'used within request', core_hours: 6, core_share: 0.09375 },
      { part: 'unknown', core_hours: 0 },
      { part: 'borrowed', core_hours: 0 },
      { part: 'infra idle', core_hours: 16, core_share: 0.25, cost: null },
    ],
  ],
  [
    'request 16, use 0.8: 5 % efficient',
    anHour([{ request: 16, cores: 0.8 }]),
    'idle-cores-summary',
    {},
    [{ requested_core_hours: 16, used_core_hours: 0.8, idle_core_hours: 15.2, idle_share: 0.95, coverage: 1 }],
  ],
  [
    'request 2, use 3: no idle, borrowed 1',
    anHour([{ request: 2, cores: 3 }]),
    'idle-cores-summary',
    {},
    [{ within_core_hours: 2, idle_core_hours: 0, borrowed_core_hours: 1, used_core_hours: 3, idle_share: 0 }],
  ],
  [
    'no request means requested 0',
    anHour([{ request: null, cores: 1.5 }]),
    'idle-cores-summary',
    {},
    [{ requested_core_hours: 0, idle_core_hours: 0, borrowed_core_hours: 1.5, unknown_core_hours: 0 }],
  ],
  [
    'a six-hour hole in a day: coverage 75 %, 25 % unknown, the idle share as it was',
    containerSamples({
      ...life(0),
      from: at('01T23:00:00'),
      to: at('03T01:00:00'),
      stepSeconds: 60,
      requestCores: 16,
      cores: () => 4,
      // The samples at six and at twelve are there: six hours between them are not.
      holes: [[at('02T06:00:01'), at('02T11:59:59')]],
    }),
    'idle-cores-summary',
    {},
    [{ requested_core_hours: 384, unknown_core_hours: 96, idle_core_hours: 216, idle_share: 0.75, coverage: 0.75 }],
  ],
  [
    'nine containers at 0.05 and one at 14 cores, all requesting 16',
    anHour([...nine, { request: 16, cores: 14 }]),
    'idle-cores',
    {},
    [
      { bin: '0–0.1', container_hours: 9, share: 0.9, requested_container_hours: 0, containers: 9 },
      { bin: '14–15', container_hours: 1, share: 0.1, idle_core_hours: 2 },
      { bin: '16–17', container_hours: 0, requested_container_hours: 10 },
    ],
  ],
  [
    'nine containers at 0.05 and one at 14 cores: 90.97 % idle',
    anHour([...nine, { request: 16, cores: 14 }]),
    'idle-cores-summary',
    {},
    [{ idle_share: 0.909688, under_tenth_share: 0.9, requested_core_hours: 160, containers: 10 }],
  ],
])('%s', async (_, samples, view, params, expected) => {
  const [rows] = await askWholePath({ config, now, samples, range, questions: [{ view, params }] });
  expect(rows).toMatchObject(expected);
});
