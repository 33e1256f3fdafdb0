import { Type } from 'typebox';

/** `warehouse:` of the configuration file. */
export const WarehouseConfigSchema = Type.Object(
  {
    heap_mb: Type.Integer({ default: 1024, description: 'Java heap of the embedded QuestDB' }),
    free_space_reserve_mb: Type.Integer({ default: 1024, description: 'Below this, writes are answered 503' }),
    retention_days: Type.Record(Type.String(), Type.Integer({ minimum: 1 }), {
      default: { samples: 30, histograms: 30, exemplars: 30 },
      description: 'Days to keep, by table; a table not named is kept for ever',
    }),
    query_timeout_seconds: Type.Integer({ default: 30 }),
  },
  { default: {}, additionalProperties: false },
);
