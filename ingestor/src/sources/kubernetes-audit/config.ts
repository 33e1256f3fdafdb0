import { Type, type Static } from 'typebox';

const MiB = 1024 * 1024;

/** `kubernetes_audit:` of the configuration file. */
export const KubernetesAuditConfigSchema = Type.Object(
  {
    max_body_bytes: Type.Integer({ default: 32 * MiB, minimum: 1024, description: 'Largest batch; above it 413' }),
    default_cluster: Type.String({ default: '', description: 'Cluster of senders whose URL carries no ?cluster=' }),
    user_prefixes: Type.Array(Type.String(), {
      default: ['oidc:'],
      description:
        'Prefixes that the API server puts before names of an identity provider; removed before names are compared',
    }),
    acting_for_accounts: Type.Array(Type.String(), {
      default: [
        'system:serviceaccount:*:hub',
        'system:serviceaccount:*:*launcher*',
        'system:serviceaccount:*:rstudio*',
        'system:serviceaccount:*:posit*',
        'system:serviceaccount:kube-system:job-controller',
        'system:serviceaccount:kube-system:replicaset-controller',
        'system:serviceaccount:kube-system:statefulset-controller',
        'system:serviceaccount:kube-system:generic-garbage-collector',
        'system:serviceaccount:kube-system:ttl-after-finished-controller',
      ],
      description:
        'Accounts that act for somebody else; their deletions decide nothing. * stands for any characters but a colon. Looked at when reading: a change counts for the past too',
    }),
    annotations: Type.Array(Type.String(), {
      default: [],
      description:
        'Audit annotations to keep with their values, which must not name people (authorization.k8s.io/reason does)',
    }),
  },
  { default: {}, additionalProperties: false },
);
export type KubernetesAuditConfig = Static<typeof KubernetesAuditConfigSchema>;
