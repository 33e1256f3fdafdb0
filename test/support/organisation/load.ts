import type { Role } from './people.ts';
import { mix, unit } from './random.ts';

/**
 * How busy a container is. CPU is constant within a bucket and a whole number of 1/1024 cores, so that counters add up
 * exactly in doubles, whatever the order of adding and the scrape interval.
 */
export const UNITS_PER_CORE = 1024;
const MIB = 1024 * 1024;
const GIB = 1024 * MIB;

/** The request of a role's workspaces and what its sessions do with it; cores. */
export interface LoadProfile {
  readonly requestCores: number;
  readonly requestGib: number;
  /** Outside of sessions. */
  readonly idleCores: number;
  /** Most buckets of a session: [low, high). */
  readonly light: readonly [number, number];
  /** The others, and the first bucket of each session. */
  readonly burst: readonly [number, number];
  readonly burstShare: number;
  /** Working set: at rest, and on top in a session [low, high), GiB. */
  readonly restGib: number;
  readonly sessionGib: readonly [number, number];
}

export const ROLE_PROFILES: Readonly<Record<Role, LoadProfile>> = {
  Statistician: {
    requestCores: 16,
    requestGib: 64,
    idleCores: 0.01,
    light: [0.02, 0.07],
    burst: [0.15, 0.6],
    burstShare: 0.05,
    restGib: 0.8,
    sessionGib: [0.5, 3],
  },
  'Statistical Programmer': {
    requestCores: 16,
    requestGib: 64,
    idleCores: 0.01,
    light: [0.03, 0.09],
    burst: [0.3, 1.6],
    burstShare: 0.2,
    restGib: 1,
    sessionGib: [1, 6],
  },
  'Data Scientist': {
    requestCores: 16,
    requestGib: 64,
    idleCores: 0.02,
    light: [3, 8],
    burst: [8, 15.5],
    burstShare: 0.5,
    restGib: 2,
    sessionGib: [8, 40],
  },
  'Simulation Scientist': {
    requestCores: 16,
    requestGib: 64,
    idleCores: 0.02,
    light: [6, 12],
    burst: [12, 15.9],
    burstShare: 0.6,
    restGib: 2,
    sessionGib: [4, 20],
  },
  Epidemiologist: {
    requestCores: 8,
    requestGib: 96,
    idleCores: 0.01,
    light: [0.15, 0.8],
    burst: [1, 3.5],
    burstShare: 0.2,
    restGib: 2,
    sessionGib: [30, 80],
  },
  Pharmacometrician: {
    requestCores: 8,
    requestGib: 32,
    idleCores: 0.01,
    light: [1, 3],
    burst: [4, 7.8],
    burstShare: 0.4,
    restGib: 1,
    sessionGib: [2, 10],
  },
  'Software Engineer': {
    requestCores: 2,
    requestGib: 8,
    idleCores: 0.02,
    light: [0.15, 0.6],
    burst: [1, 3.2],
    burstShare: 0.3,
    restGib: 1,
    sessionGib: [1, 5],
  },
  Manager: {
    requestCores: 4,
    requestGib: 16,
    idleCores: 0.01,
    light: [0.02, 0.06],
    burst: [0.12, 0.3],
    burstShare: 0.04,
    restGib: 0.5,
    sessionGib: [0.3, 1],
  },
};

/** Request of statistical programmers after the dated change. */
export const CHANGED_REQUEST_CORES = 4;

/** A profile that is always in one state, for services, jobs and daemons. */
export function steady(
  requestCores: number,
  requestGib: number,
  cores: readonly [number, number],
  gib: number,
): LoadProfile {
  return {
    requestCores,
    requestGib,
    idleCores: cores[0],
    light: cores,
    burst: cores,
    burstShare: 0,
    restGib: gib,
    sessionGib: [0, 0.2],
  };
}

export interface Load {
  readonly hash: number;
  readonly profile: LoadProfile;
  /** Sessions as pairs of bucket numbers [from, to), sorted, not overlapping; null: always in session. */
  readonly sessions: Int32Array | null;
  /** Cores in every bucket of a session instead of the profile's; else 0 outside of them. */
  readonly exactCores?: number;
  /** Exceptions among their role: the top of their bursts. */
  readonly burstCores?: number;
}

/** Number of the session that holds a bucket, or -1. */
function sessionAt(sessions: Int32Array, bucket: number): number {
  let low = 0;
  let high = sessions.length >>> 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sessions[2 * middle + 1]! <= bucket) low = middle + 1;
    else high = middle;
  }
  return 2 * low < sessions.length && sessions[2 * low]! <= bucket ? low : -1;
}

/** CPU use in a bucket, in 1/1024 cores. */
export function cpuUnits(load: Load, bucket: number): number {
  const session = load.sessions === null ? 0 : sessionAt(load.sessions, bucket);
  if (load.exactCores !== undefined) return session < 0 ? 0 : Math.round(load.exactCores * UNITS_PER_CORE);
  const { profile } = load;
  if (session < 0) return Math.round(profile.idleCores * UNITS_PER_CORE);
  const draw = mix(load.hash, bucket);
  const first = load.sessions !== null && load.sessions[2 * session] === bucket;
  const burst = first || unit(draw) < profile.burstShare;
  const [low, high] = burst ? profile.burst : profile.light;
  const top = burst && load.burstCores !== undefined ? load.burstCores : high;
  return Math.round((low + (top - low) * unit(mix(draw, 7))) * UNITS_PER_CORE);
}

/** Working set in a bucket, bytes; whole MiB, level within an hour of a session. */
export function memoryBytes(load: Load, bucket: number): number {
  const { profile } = load;
  const session = load.sessions === null ? 0 : sessionAt(load.sessions, bucket);
  if (session < 0) return Math.round(profile.restGib * 1024) * MIB;
  const [low, high] = profile.sessionGib;
  const gib = profile.restGib + low + (high - low) * unit(mix(load.hash ^ 0x5bd1, Math.floor(bucket / 12)));
  return Math.min(Math.round(gib * 1024) * MIB, Math.round(profile.requestGib * 1.2) * GIB);
}
