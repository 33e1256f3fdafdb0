import { Type, type Static } from 'typebox';

/** Attribute name → glob, or several of which one must match. `*` stands for any characters; '' matches an absent attribute. */
export const ConditionSchema = Type.Record(Type.String(), Type.Union([Type.String(), Type.Array(Type.String())]));
export type Condition = Static<typeof ConditionSchema>;

const WhenSchema = Type.Union([ConditionSchema, Type.Array(ConditionSchema)], {
  description:
    'All attributes of one condition must match; of several conditions, one. Attributes: cluster, namespace, container, image, owner_kind, label_…, annotation_… (as kube-state-metrics writes them)',
});

export const KindSchema = Type.Union(
  [
    Type.Literal('interactive'),
    Type.Literal('connect'),
    Type.Literal('batch'),
    Type.Literal('service'),
    Type.Literal('other'),
  ],
  { description: 'What a container is' },
);
export type Kind = Static<typeof KindSchema>;

export const KindRuleSchema = Type.Object(
  {
    kind: KindSchema,
    component: Type.Optional(
      Type.String({ description: 'interactive, connect, batch, git or other; default by kind' }),
    ),
    when: WhenSchema,
  },
  { additionalProperties: false },
);
export type KindRule = Static<typeof KindRuleSchema>;

export const IdentityRuleSchema = Type.Object(
  {
    platform: Type.String({ description: 'Name of the platform, shown on containers' }),
    when: WhenSchema,
    user: Type.Array(Type.String(), { description: 'Attributes that carry the user; the first that is not empty' }),
    server_name: Type.Optional(Type.Array(Type.String())),
    session: Type.Optional(Type.Array(Type.String())),
    workspace: Type.Array(Type.String(), {
      default: [],
      description:
        'What chains instances into a workspace: user, server_name, session, or attributes; cluster and namespace are always part. Empty: the pod uid',
    }),
  },
  { additionalProperties: false },
);
export type IdentityRule = Static<typeof IdentityRuleSchema>;

/** `platform:` of the configuration file. */
export const PlatformConfigSchema = Type.Object(
  {
    presets: Type.Array(
      Type.Union([Type.Literal('jupyterhub'), Type.Literal('workbench'), Type.Literal('team_operator')]),
      {
        default: ['jupyterhub', 'team_operator', 'workbench'],
        description: 'Built-in rules, asked after identities and kinds, in this order',
      },
    ),
    identities: Type.Array(IdentityRuleSchema, {
      default: [],
      description: 'Who a container belongs to; first match wins',
    }),
    kinds: Type.Array(KindRuleSchema, { default: [], description: 'What a container is; first match wins' }),
    chain_days: Type.Integer({
      default: 14,
      minimum: 0,
      description: 'An instance this soon after an eviction continues the workspace',
    }),
    event_window_seconds: Type.Integer({
      default: 300,
      description: 'A platform event or request this near to the end of a container decides who ended it',
    }),
    active_cores: Type.Array(
      Type.Object(
        {
          image: Type.String({ description: 'Glob over the image reference; * stands for any characters' }),
          cores: Type.Number({ exclusiveMinimum: 0 }),
        },
        { additionalProperties: false },
      ),
      {
        default: [],
        description:
          'Mean cores from which five minutes of a container count as active, for tools that idle higher than 0.1; first match wins. Holds for what is rolled up from then on',
      },
    ),
    rule_accounts: Type.Array(Type.String(), {
      default: ['system:serviceaccount:*:*culler*'],
      description:
        'Kubernetes accounts whose deletions are the work of a rule. * stands for any characters but a colon',
    }),
    eviction_accounts: Type.Array(Type.String(), {
      default: [
        'system:serviceaccount:kube-system:node-controller',
        'system:serviceaccount:kube-system:pod-garbage-collector',
        'system:serviceaccount:kube-system:taint-eviction-controller',
        'system:serviceaccount:*:*autoscaler*',
        'system:serviceaccount:*:*karpenter*',
        'system:kube-scheduler',
      ],
      description: 'Kubernetes accounts whose deletions are evictions (drain, lost node, pre-emption)',
    }),
  },
  { default: {}, additionalProperties: false },
);
export type PlatformConfig = Static<typeof PlatformConfigSchema>;

/** `marts:` of the configuration file. */
export const MartsConfigSchema = Type.Object(
  {
    enabled: Type.Boolean({
      default: true,
      description: 'With several ingestors on one QuestDB, exactly one rolls up',
    }),
    interval_seconds: Type.Integer({ default: 300, minimum: 10 }),
  },
  { default: {}, additionalProperties: false },
);
