import type { IdentityRule, KindRule, PlatformConfig } from './config.ts';

interface Preset {
  readonly identities: readonly IdentityRule[];
  readonly kinds: readonly KindRule[];
}

// Marks per spawner: reference data-sources §3.4. KubeSpawner's label is a slug; the annotation has the name as typed.
const presets: Readonly<Record<PlatformConfig['presets'][number], Preset>> = {
  jupyterhub: {
    identities: [
      {
        platform: 'jupyterhub',
        when: [
          { label_app_kubernetes_io_component: 'singleuser-server' },
          { label_component: 'singleuser-server' },
          { annotation_hub_jupyter_org_username: '*' },
        ],
        user: ['annotation_hub_jupyter_org_username', 'label_hub_jupyter_org_username'],
        server_name: ['annotation_hub_jupyter_org_servername', 'label_hub_jupyter_org_servername'],
        workspace: ['user', 'server_name'],
      },
    ],
    kinds: [
      {
        kind: 'interactive',
        when: [
          { label_app_kubernetes_io_component: 'singleuser-server' },
          { label_component: 'singleuser-server' },
          { annotation_hub_jupyter_org_username: '*' },
        ],
      },
    ],
  },
  team_operator: {
    identities: [
      {
        platform: 'team_operator',
        when: { label_posit_team_component: '*-session' },
        user: ['annotation_user'],
        session: ['annotation_name'],
        workspace: ['owner_name'],
      },
    ],
    kinds: [
      { kind: 'interactive', when: { label_posit_team_component: 'workbench-session' } },
      { kind: 'connect', when: { label_posit_team_component: 'connect-session' } },
      { kind: 'service', when: { label_posit_team_component: '*' } },
    ],
  },
  workbench: {
    identities: [
      {
        platform: 'workbench',
        when: [{ container: 'rs-launcher-container' }, { annotation_user: '*' }],
        user: ['annotation_user'],
        session: ['annotation_name'],
        workspace: ['owner_name'],
      },
    ],
    // Connect's off-host runner uses the same launcher template; its namespace is the only mark.
    kinds: [
      { kind: 'connect', when: { container: 'rs-launcher-container', namespace: '*connect*' } },
      { kind: 'interactive', when: [{ container: 'rs-launcher-container' }, { annotation_user: '*' }] },
    ],
  },
};

const general: readonly KindRule[] = [
  { kind: 'batch', when: { owner_kind: ['Job', 'CronJob', 'Workflow', 'RayJob'] } },
  {
    kind: 'service',
    when: { owner_kind: ['ReplicaSet', 'Deployment', 'StatefulSet', 'DaemonSet', 'ReplicationController', 'Node'] },
  },
];

export interface PlatformRules {
  readonly identities: readonly IdentityRule[];
  readonly kinds: readonly KindRule[];
}

/** The configured rules, then those of the presets, then what the owner of the pod says. */
export function platformRules(config: PlatformConfig): PlatformRules {
  const chosen = config.presets.map((name) => presets[name]);
  return {
    identities: [...config.identities, ...chosen.flatMap((preset) => preset.identities)],
    kinds: [...config.kinds, ...chosen.flatMap((preset) => preset.kinds), ...general],
  };
}
