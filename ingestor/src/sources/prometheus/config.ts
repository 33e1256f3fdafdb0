import { Type, type Static } from 'typebox';

const MiB = 1024 * 1024;

/** `remote_write:` of the configuration file. */
export const RemoteWriteConfigSchema = Type.Object(
  {
    max_wire_bytes: Type.Integer({ default: 16 * MiB, description: 'Largest body as sent (compressed)' }),
    max_decoded_bytes: Type.Integer({
      default: 64 * MiB,
      description: 'Largest body after snappy, checked before it is allocated',
    }),
    max_pending_bytes: Type.Integer({
      default: 256 * MiB,
      description: 'Bodies and rows held in memory at once; above it 503',
    }),
    max_series: Type.Integer({
      default: 2_000_000,
      description: 'Known series held in memory; beyond it the oldest half is forgotten',
    }),
    max_labels_per_series: Type.Integer({ default: 128 }),
    max_label_value_bytes: Type.Integer({ default: 16_384 }),
    future_window_seconds: Type.Integer({
      default: 600,
      description: 'Samples further ahead of the clock are refused',
    }),
    past_window_seconds: Type.Integer({ default: 400 * 86_400, description: 'Samples older than this are refused' }),
    linger_ms: Type.Integer({ default: 25, description: 'How long a flush waits for requests that arrive together' }),
    default_cluster: Type.String({ default: '', description: 'Value of the cluster label for senders without one' }),
    ha: Type.Object(
      {
        enabled: Type.Boolean({ default: true }),
        cluster_label: Type.String({ default: 'cluster' }),
        replica_label: Type.String({ default: '__replica__' }),
        failover_seconds: Type.Integer({ default: 30 }),
      },
      { default: {}, additionalProperties: false },
    ),
  },
  { default: {}, additionalProperties: false },
);
export type RemoteWriteConfig = Static<typeof RemoteWriteConfigSchema>;
