import { SceError } from '../../errors.ts';
import { readSql } from '../../warehouse/sql.ts';
import type { WarehouseReader } from '../../warehouse/warehouse.ts';
import { DatedRows } from '../money/dated.ts';

const coefficientsSql = readSql(import.meta.url, 'coefficients.sql');
const intensitySql = readSql(import.meta.url, 'intensity.sql');

export type CoefficientSet = 'low' | 'high';

export interface Coefficients {
  readonly timestamp: Date;
  readonly coefficient_set: string;
  readonly node_type: string;
  readonly cpu_min_watts: number;
  readonly cpu_max_watts: number;
  readonly memory_watts_per_gb: number;
  readonly pue: number;
  readonly embodied_kg: number | null;
  readonly embodied_device_cores: number | null;
  readonly version: string;
}
export interface Intensity {
  readonly timestamp: Date;
  readonly region: string;
  readonly hour_of_day: number;
  readonly kg_per_kwh: number;
  readonly version: string;
}

/** Coefficients and the intensity of one region as of a day. */
export class CarbonBook {
  readonly region: string | null;
  /** Whether the region is given by hour, on whatever days. */
  readonly isByHour: boolean;
  readonly #coefficients: DatedRows<Coefficients>;
  readonly #intensity: DatedRows<Intensity>;

  /** `region` empty: the only one there is. Throws `INVALID_PARAMETER` for one that is not known, or with several. */
  constructor(coefficients: readonly Coefficients[], intensity: readonly Intensity[], region: string) {
    const regions = [...new Set(intensity.map((row) => row.region))].sort();
    if (region !== '' && !regions.includes(region))
      throw new SceError(
        'INVALID_PARAMETER',
        `region is "${region}"; there is an intensity for ${regions.join(', ') || 'none'}`,
      );
    if (region === '' && regions.length > 1)
      throw new SceError('INVALID_PARAMETER', `region is needed; there is an intensity for ${regions.join(', ')}`);
    this.region = region || (regions[0] ?? null);
    const own = intensity.filter((row) => row.region === this.region);
    this.isByHour = own.some((row) => row.hour_of_day >= 0);
    this.#coefficients = new DatedRows(coefficients, (row) => `${row.coefficient_set} ${row.node_type}`);
    this.#intensity = new DatedRows(own, (row) => String(row.hour_of_day));
  }

  coefficients(set: CoefficientSet, nodeType: string, day: Date): Coefficients | null {
    const own = nodeType === '' ? null : this.#coefficients.asOf(`${set} ${nodeType}`, day);
    return own ?? this.#coefficients.asOf(`${set} `, day);
  }

  /** kg per kWh on a day: the mean of its 24 hours where those are given, else that of the whole day; null when neither is known. */
  intensity(day: Date): number | null {
    const hours = this.#hours(day);
    if (hours) return hours.reduce((sum, each) => sum + each, 0) / 24;
    return this.#intensity.asOf('-1', day)?.kg_per_kwh ?? null;
  }

  /** How far an hour (UTC) is above the mean of its day, as a share of it; 0 where hours are not given. */
  excess(day: Date, hour: number): number {
    const hours = this.#hours(day);
    const mean = this.intensity(day);
    return hours && mean ? (hours[hour] ?? mean) / mean - 1 : 0;
  }

  /** Null: not all 24 are known, or the whole day was given after them. */
  #hours(day: Date): number[] | null {
    const rows = Array.from({ length: 24 }, (_, hour) => this.#intensity.asOf(String(hour), day)).filter(
      (row) => row !== null,
    );
    const whole = this.#intensity.asOf('-1', day);
    const newest = Math.max(...rows.map(({ timestamp }) => timestamp.getTime()));
    return rows.length < 24 || (whole && whole.timestamp.getTime() > newest) ? null : rows.map((row) => row.kg_per_kwh);
  }

  changeDays(): Date[] {
    return [...this.#coefficients.days(), ...this.#intensity.days()];
  }

  /** Versions that hold on a day, to be shown beside every figure. */
  describe(day: Date): string {
    const sets = (['low', 'high'] as const).map(
      (set) => `${set}: ${this.coefficients(set, '', day)?.version ?? 'none'}`,
    );
    const isByHour = this.#hours(day) !== null;
    const grid = this.#intensity.asOf(isByHour ? '0' : '-1', day);
    return `coefficients ${sets.join(', ')}; region ${this.region ?? 'none'}, ${this.intensity(day) ?? 'no'} kg/kWh (${grid?.version ?? 'none'}${isByHour ? ', the mean of its hours; each hour counts with its own' : ''})`;
  }
}

export async function loadCarbonBook(reader: WarehouseReader, region: string): Promise<CarbonBook> {
  const [coefficients, intensity] = await Promise.all([
    reader.rows<Coefficients>(coefficientsSql),
    reader.rows<Intensity>(intensitySql),
  ]);
  return new CarbonBook(coefficients, intensity, region);
}
