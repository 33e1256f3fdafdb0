import { LOCATIONS } from '../calendar.ts';
import { VERSION_LABELS } from '../images.ts';
import { CHANGED_REQUEST_CORES } from '../load.ts';
import { ORGANISATION_ZONE } from '../options.ts';
import type { Frame } from '../options.ts';
import { ROLES } from '../people.ts';
import { ACCESS_GROUP } from './hr.ts';

/**
 * What a core, a GB and a disk cost in the story (the talk's $0.02087 a core-hour), budgets, coefficients of carbon and ends
 * of support (dates as the projects announce them).
 */
const PRICES = {
  prices: [
    { valid_from: '2020-01-01', resource: 'cpu', unit: 'core_hour', price: 0.02087, currency: 'USD' },
    { valid_from: '2020-01-01', resource: 'memory', unit: 'gb_hour', price: 0.00262, currency: 'USD' },
    { valid_from: '2020-01-01', resource: 'storage', unit: 'gb_month', price: 0.08, currency: 'USD' },
  ],
  budgets: [
    { valid_from: '2020-01-01', group_by: 'platform', group_name: '', amount: 9000, currency: 'USD' },
    { valid_from: '2020-01-01', group_by: 'department', group_name: 'Data Sciences', amount: 1200, currency: 'USD' },
    {
      valid_from: '2020-01-01',
      group_by: 'department',
      group_name: 'Statistical Programming',
      amount: 1500,
      currency: 'USD',
    },
  ],
  carbon_coefficients: [
    carbon('low', { min: 0.74, max: 3.5, memory: 0.39 }),
    carbon('high', { min: 1.2, max: 4.6, memory: 0.6 }),
  ],
  grid_intensity: [{ valid_from: '2020-01-01', region: 'eu-central-1', kg_per_kwh: 0.311, version: 'example-2026' }],
  runtime_eol: [
    { runtime: 'r', release: '4.0', end_of_life: '2021-05-18', successor: '4.1' },
    { runtime: 'r', release: '4.3', end_of_life: '2024-04-24', successor: '4.4' },
    { runtime: 'r', release: '4.4', end_of_life: '2025-04-11', successor: '4.5' },
    { runtime: 'python', release: '3.11', end_of_life: '2027-10-31', successor: '3.12' },
    { runtime: 'python', release: '3.12', end_of_life: '2028-10-31', successor: '3.14' },
  ],
};

function carbon(
  set: 'low' | 'high',
  watts: { readonly min: number; readonly max: number; readonly memory: number },
): Readonly<Record<string, unknown>> {
  return {
    valid_from: '2020-01-01',
    coefficient_set: set,
    cpu_min_watts: watts.min,
    cpu_max_watts: watts.max,
    memory_watts_per_gb: watts.memory,
    pue: 1.135,
    version: 'example-2026',
  };
}

/** The organisation's `sce-voice.yaml`, as an object. `hrDirectory` holds the directory's daily exports. */
export function organisationConfig({
  hrDirectory,
  frame,
}: {
  readonly hrDirectory: string;
  readonly frame: Frame;
}): Readonly<Record<string, unknown>> {
  return {
    organisation: { name: 'Example Pharma (invented)', time_zone: ORGANISATION_ZONE },
    platform: {
      // Most specific first: batch pods carry the same annotation as Workbench sessions.
      kinds: [
        { kind: 'batch', when: { namespace: 'batch' } },
        { kind: 'connect', when: { namespace: 'connect' } },
        { kind: 'other', when: { namespace: 'kube-system' } },
      ],
    },
    hr: {
      feeds: [{ name: 'directory', kind: 'csv', path: hrDirectory }],
      roles: ROLES.map((role) => ({ title: `*${role}`, role })),
      access_groups: [ACCESS_GROUP],
      default_calendar: { country: 'CH', state: 'BS' },
      calendars: Object.fromEntries(LOCATIONS.map(({ id, country, state }) => [id, { country, state: state ?? '' }])),
    },
    images: {
      // A history of months comes in within minutes: images are looked for as fast.
      schedule: 10,
      labels: { r: [VERSION_LABELS.r], python: [VERSION_LABELS.python], quarto: [VERSION_LABELS.quarto] },
    },
    prices: PRICES,
    changes: [
      {
        name: 'Programmers: four cores',
        date: new Date(frame.requestChangeAt).toISOString().slice(0, 10),
        roles: ['Statistical Programmer'],
        control_role: 'Statistician',
        cores: CHANGED_REQUEST_CORES,
      },
    ],
  };
}
