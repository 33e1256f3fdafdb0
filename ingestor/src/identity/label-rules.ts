import type { PrivacyConfig } from './config.ts';

/** What happens to a label: `person` → person key, `text` → code with a prefix, `keep` → as sent, `scan` → only what looks like a person in it. */
export type LabelTreatment =
  { readonly as: 'person' | 'keep' | 'scan' } | { readonly as: 'text'; readonly prefix: string };

interface Rule {
  readonly metric: string;
  readonly label: string;
  readonly as: 'person' | 'text' | 'keep' | 'scan';
  readonly prefix: string;
}

const person = (...labels: readonly string[]): Rule[] =>
  labels.map((label) => ({ metric: '*', label, as: 'person', prefix: '' }));
const text = (prefix: string, ...labels: readonly string[]): Rule[] =>
  labels.map((label) => ({ metric: '*', label, as: 'text', prefix }));
const scan = (...labels: readonly string[]): Rule[] =>
  labels.map((label) => ({ metric: '*', label, as: 'scan', prefix: '' }));

/**
 * Built-in rules, first match wins. What joins to something else has one prefix on all its labels: the pod of cAdvisor
 * and of kube-state-metrics, the owner of a pod and the name of a job.
 */
const BUILT_IN: readonly Rule[] = [
  { metric: 'kube_node_*', label: '*', as: 'scan', prefix: '' },
  { metric: 'kube_persistentvolume_claim_ref', label: 'name', as: 'text', prefix: 'pvc' },
  { metric: 'container_*', label: 'name', as: 'text', prefix: 'name' },
  ...person(
    'user',
    'username',
    'user_name',
    'user_id',
    'userid',
    'login',
    'email',
    'mail',
    'actor',
    'owner',
    'creator',
    'author',
    'submitter',
    'requester',
    'annotation_user',
    'label_user',
  ),
  ...person('*_username', '*_user_name', '*_user', '*_email', '*_login'),
  ...text('pod', 'pod', 'pod_name', 'exported_pod'),
  ...text('pvc', 'persistentvolumeclaim', 'claim_name', 'claimname'),
  ...text('owner', 'created_by_name', 'owner_name', 'job_name', 'exported_job_name'),
  ...text('path', 'path', 'uri', 'url', 'route'),
  // Names of software and machines; whoever puts people there adds a rule of their own.
  ...scan(
    'label_app',
    'label_app_kubernetes_io_*',
    'label_posit_team_*',
    'label_component',
    'label_k8s_app',
    'label_chart',
    'label_release',
  ),
  ...scan(
    'label_heritage',
    'label_tier',
    'label_role',
    'label_pod_template_hash',
    'label_controller_revision_hash',
    'label_user_group_*',
  ),
  ...scan(
    'label_topology_kubernetes_io_*',
    'label_node_kubernetes_io_*',
    'label_beta_kubernetes_io_*',
    'label_kubernetes_io_arch',
    'label_kubernetes_io_os',
  ),
  ...scan('annotation_hub_jupyter_org_jupyterhub_version', 'annotation_hub_jupyter_org_kubespawner_version'),
  ...text('label', 'label_*'),
  ...text('annotation', 'annotation_*'),
];

const pattern = (glob: string): RegExp =>
  new RegExp(
    `^${glob
      .split('*')
      .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
      .join('.*')}$`,
  );

/** Compiles the configured rules and the built-in ones into one question: how is this label of this metric treated? */
export function compileLabelRules(
  config: Pick<PrivacyConfig, 'personal_labels'>,
): (metric: string, label: string) => LabelTreatment {
  const rules = [...config.personal_labels, ...BUILT_IN].map((rule) => ({
    metric: rule.metric === '*' ? null : pattern(rule.metric),
    label: pattern(rule.label),
    treatment: rule.as === 'text' ? { as: rule.as, prefix: rule.prefix } : { as: rule.as },
  }));
  return (metric, label) =>
    rules.find((rule) => (rule.metric === null || rule.metric.test(metric)) && rule.label.test(label))?.treatment ?? {
      as: 'scan',
    };
}
