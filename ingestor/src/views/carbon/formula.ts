import type { Coefficients } from './carbon-book.ts';

/** Hours of logical CPUs and of GB (2^30 bytes). */
export interface CarbonHours {
  /** Σ max(requested, used) */
  readonly reservedCores: number;
  readonly usedCores: number;
  /** Of the reserved ones: requested and not used, where use is known. */
  readonly idleCores: number;
  readonly gb: number;
}

/** kg CO2e: operational = in use + idle; embodied apart, null when the device is not known. */
export interface Kilograms {
  readonly inUse: number;
  readonly idle: number;
  readonly embodied: number | null;
}

/** Hours of four years, over which a device is written off. */
const deviceHours = 35_040;

/**
 * kWh = (W_min·max(requested, used) + (W_max − W_min)·used + W_GB·GB-hours) × PUE ÷ 1000; kg = kWh × kg/kWh. Idle is the W_min part
 * of idle. Embodied: device kg × hours ÷ 35,040 × share of the device's cores.
 */
export function kilograms(hours: CarbonHours, coefficients: Coefficients, kgPerKwh: number): Kilograms {
  const { cpu_min_watts: min, cpu_max_watts: max, memory_watts_per_gb: perGb, pue } = coefficients;
  const kg = (wattHours: number): number => ((wattHours * pue) / 1000) * kgPerKwh;
  const idle = kg(min * hours.idleCores);
  const operational = kg(min * hours.reservedCores + (max - min) * hours.usedCores + perGb * hours.gb);
  const { embodied_kg: device, embodied_device_cores: cores } = coefficients;
  return {
    inUse: operational - idle,
    idle,
    embodied: device === null || !cores ? null : (device / deviceHours) * (hours.reservedCores / cores),
  };
}
