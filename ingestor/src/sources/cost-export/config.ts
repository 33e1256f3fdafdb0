import { Type } from 'typebox';

/** `cost_export:` of the configuration file. */
export const CostExportConfigSchema = Type.Object(
  {
    files: Type.Array(Type.String({ minLength: 1 }), {
      default: [],
      description: 'FOCUS or AWS CUR exports, .csv or .csv.gz; all files of a billing period together',
    }),
    schedule: Type.Union([Type.Integer({ minimum: 10 }), Type.String()], {
      default: 3600,
      description: 'Seconds between looks at the files, or a cron expression',
    }),
    services: Type.Array(Type.String({ minLength: 1 }), {
      default: [],
      description:
        'Services of the invoice that the platform’s nodes are made of (ServiceName or product code, such as AmazonEC2); empty: all',
    }),
  },
  { default: {}, additionalProperties: false },
);
