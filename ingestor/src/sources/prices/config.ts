import { Type, type Static } from 'typebox';

const strict = { additionalProperties: false } as const;
const day = (description: string) =>
  Type.String({
    pattern: '^\\d{4}-\\d{2}-\\d{2}$',
    description: `${description}: YYYY-MM-DD, in the time zone of the organisation`,
  });
const currency = Type.String({ pattern: '^[A-Z]{3}$', description: 'ISO 4217, such as USD' });
const nodeType = Type.String({ default: '', description: 'Empty: every node without a row of its own' });
const amount = (description: string) => Type.Number({ minimum: 0, description });
const version = Type.String({ minLength: 1, description: 'Name of the set, shown beside every figure' });

export const PriceSchema = Type.Object(
  {
    valid_from: day('The price holds from here until the next row'),
    resource: Type.Enum(['cpu', 'memory', 'gpu', 'storage']),
    unit: Type.Enum(['core_hour', 'gb_hour', 'gpu_hour', 'gb_month']),
    price: amount('Per unit'),
    currency,
    node_type: nodeType,
  },
  strict,
);
export const BudgetSchema = Type.Object(
  {
    valid_from: day('From this month on'),
    group_by: Type.Enum(['platform', 'department', 'kind']),
    group_name: Type.String({ default: '', description: 'Empty for the platform' }),
    amount: amount('Per month'),
    currency,
  },
  strict,
);
export const ExchangeRateSchema = Type.Object(
  {
    valid_from: day('The rate holds from here'),
    currency,
    base_currency: currency,
    rate: Type.Number({ exclusiveMinimum: 0, description: 'One unit of currency is so many units of base_currency' }),
  },
  strict,
);
export const CarbonCoefficientSchema = Type.Object(
  {
    valid_from: day('The coefficients hold from here'),
    coefficient_set: Type.Enum(['low', 'high']),
    node_type: nodeType,
    cpu_min_watts: amount('Per logical CPU, idle'),
    cpu_max_watts: amount('Per logical CPU, fully used'),
    memory_watts_per_gb: amount('Per GB (2^30 bytes)'),
    pue: Type.Number({ minimum: 1, description: 'Power usage effectiveness of the data centre' }),
    embodied_kg: Type.Optional(amount('Embodied carbon of one device')),
    embodied_device_cores: Type.Optional(
      Type.Number({ exclusiveMinimum: 0, description: 'Logical CPUs of that device' }),
    ),
    version,
  },
  strict,
);
export const GridIntensitySchema = Type.Object(
  {
    valid_from: day('The intensity holds from here'),
    region: Type.String({ minLength: 1 }),
    hour_of_day: Type.Integer({ default: -1, minimum: -1, maximum: 23, description: 'UTC; -1: the whole day' }),
    kg_per_kwh: amount('kg CO2e per kWh'),
    version,
  },
  strict,
);
export const RuntimeEolSchema = Type.Object(
  {
    valid_from: Type.String({
      default: '2000-01-01',
      pattern: '^\\d{4}-\\d{2}-\\d{2}$',
      description: 'Known from: a date that moves is a new row',
    }),
    runtime: Type.Enum(['r', 'python', 'quarto']),
    release: Type.String({ pattern: '^\\d+\\.\\d+$', description: 'Minor release, such as 4.4 (in quotes in YAML)' }),
    end_of_life: Type.Optional(day('End of support')),
    successor: Type.Optional(Type.String({ pattern: '^\\d+\\.\\d+$' })),
  },
  strict,
);

/** Table → schema of its rows; the column names of a CSV are the property names. */
export const DATED_TABLES = {
  prices: PriceSchema,
  budgets: BudgetSchema,
  exchange_rates: ExchangeRateSchema,
  carbon_coefficients: CarbonCoefficientSchema,
  grid_intensity: GridIntensitySchema,
  runtime_eol: RuntimeEolSchema,
} as const;
export type DatedTable = keyof typeof DATED_TABLES;
export const DATED_TABLE_NAMES = Object.keys(DATED_TABLES) as DatedTable[];

/** `prices:` of the configuration file. */
export const PricesConfigSchema = Type.Object(
  {
    schedule: Type.Union([Type.Integer({ minimum: 10 }), Type.String()], {
      default: 900,
      description: 'Seconds between looks at the files, or a cron expression',
    }),
    accept_corrections: Type.Boolean({
      default: false,
      description:
        'Replace a stored row whose values have changed. Otherwise this is refused: an old month keeps its price',
    }),
    files: Type.Array(
      Type.Object({ table: Type.Enum(DATED_TABLE_NAMES), path: Type.String({ minLength: 1 }) }, strict),
      { default: [], description: 'CSV files with a header line; columns as the keys below' },
    ),
    prices: Type.Array(PriceSchema, { default: [] }),
    budgets: Type.Array(BudgetSchema, { default: [] }),
    exchange_rates: Type.Array(ExchangeRateSchema, { default: [] }),
    carbon_coefficients: Type.Array(CarbonCoefficientSchema, { default: [] }),
    grid_intensity: Type.Array(GridIntensitySchema, { default: [] }),
    runtime_eol: Type.Array(RuntimeEolSchema, { default: [] }),
  },
  { default: {}, additionalProperties: false },
);
export type PricesConfig = Static<typeof PricesConfigSchema>;
