import { Type, type Static } from 'typebox';

const MiB = 1024 * 1024;

/** `events:` of the configuration file. */
export const EventsConfigSchema = Type.Object(
  {
    max_body_bytes: Type.Integer({ default: 8 * MiB, minimum: 1024, description: 'Largest body; above it 413' }),
    max_events: Type.Integer({ default: 10_000, minimum: 1, description: 'Most events in one request; above it 413' }),
    requests_per_minute: Type.Integer({
      default: 600,
      minimum: 1,
      description: 'Requests per minute from one address; above it 429 with Retry-After',
    }),
    future_window_seconds: Type.Integer({
      default: 600,
      minimum: 0,
      description: 'Events further ahead of the clock are refused',
    }),
    monitor_user_agents: Type.Array(Type.String(), {
      default: [
        'bot\\b',
        'crawler',
        'spider',
        'Synthetics',
        'HealthMonitor',
        'kube-probe',
        'Prometheus',
        'blackbox',
        'UptimeRobot',
        'Pingdom',
        'GoogleHC',
        'ELB-HealthChecker',
      ],
      description: 'Regular expressions, case-insensitive: a visit with such a user agent is a monitor, not a person',
    }),
    monitor_users: Type.Array(Type.String(), {
      default: [],
      description: 'Accounts of monitors and robots, compared as user names are',
    }),
    session_label: Type.String({
      default: 'annotation_name',
      pattern: '^(annotation|label)_[a-zA-Z0-9_]+$',
      description: 'Label of kube_pod_annotations or kube_pod_labels that carries the id sent as workspace.sessionId',
    }),
  },
  { default: {}, additionalProperties: false },
);
export type EventsConfig = Static<typeof EventsConfigSchema>;
