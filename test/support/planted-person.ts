import type { SeriesInput } from './remote-write/encode.ts';

/** A person in every place of every source that we know of. Every planted name holds one of `traces`; nothing else does. */
export const traces: readonly string[] = ['quatermass', 'zebulon', 'wintergreen'];
export const plantedUser = 'zquatermass';
const user = plantedUser;
const email = 'zebulon.quatermass@example.com';
const minute = 60_000;

/** Traces of planted names in a text. */
export function holds(text: string): string[] {
  const lower = text.toLowerCase();
  return traces.filter((trace) => lower.includes(trace));
}

/** Series as kube-state-metrics, cAdvisor, the kubelet, a hub and an application send them, with a person in every place we know of. */
export function plantedSeries(now: number): SeriesInput[] {
  const uid = '5f0c7a52-0000-4000-8000-000000000001';
  const pod = `jupyter-${user}`;
  const common = { cluster: 'prod', namespace: 'hub', job: 'kube-state-metrics', instance: '10.0.0.1:8080' };
  const ofPod = { ...common, pod, uid };
  const every = (value: (index: number) => number) =>
    Array.from({ length: 40 }, (_, index) => ({ timestamp: now - (40 - index) * minute, value: value(index) }));
  const gauge = (name: string, labels: Record<string, string>, value = 1): SeriesInput => ({
    labels: { __name__: name, ...labels },
    samples: every(() => value),
  });
  const cadvisor = {
    cluster: 'prod',
    namespace: 'hub',
    job: 'kubelet',
    node: 'node-1',
    pod,
    container: 'notebook',
    image: 'registry.example.com/sce:4.4',
    id: `/kubepods/pod${uid}/c1`,
    name: `k8s_notebook_${pod}_hub_${uid}_0`,
  };
  return [
    gauge('kube_pod_info', {
      ...ofPod,
      node: 'node-1',
      created_by_kind: 'User',
      created_by_name: user,
      host_ip: '10.0.0.9',
    }),
    gauge('kube_pod_created', ofPod, (now - 60 * minute) / 1000),
    gauge('kube_pod_status_phase', { ...ofPod, phase: 'Running' }),
    gauge('kube_pod_owner', {
      ...ofPod,
      owner_kind: 'StatefulSet',
      owner_name: `session-${user}`,
      owner_is_controller: 'true',
    }),
    gauge('kube_pod_annotations', {
      ...ofPod,
      annotation_hub_jupyter_org_username: user,
      annotation_owner_mail: email,
      annotation_note: 'for Zebulon Quatermass',
    }),
    gauge('kube_pod_labels', {
      ...ofPod,
      label_hub_jupyter_org_username: user,
      label_component: 'singleuser-server',
      label_app: 'jupyterhub',
      label_user: 'Zebulon-Quatermass',
    }),
    gauge('kube_pod_container_info', {
      ...ofPod,
      container: 'notebook',
      image: 'registry.example.com/sce:4.4',
      image_id: '',
      container_id: 'containerd://c1',
    }),
    gauge(
      'kube_pod_container_resource_requests',
      { ...ofPod, container: 'notebook', node: 'node-1', resource: 'cpu', unit: 'core' },
      4,
    ),
    gauge('kube_persistentvolumeclaim_info', {
      ...common,
      persistentvolumeclaim: `claim-${user}`,
      storageclass: 'fast',
    }),
    gauge('kubelet_volume_stats_used_bytes', { ...common, persistentvolumeclaim: `claim-${user}` }, 1e9),
    gauge('kube_job_info', { ...common, job_name: `report-${user}-1` }),
    {
      labels: { __name__: 'container_cpu_usage_seconds_total', ...cadvisor, cpu: 'total' },
      samples: every((index) => index * 90),
    },
    gauge('container_memory_working_set_bytes', cadvisor, 1e9),
    gauge('jupyterhub_server_activity', { job: 'hub', user, username: user, email, server: `/user/${user}/` }),
    gauge('http_requests_total', {
      job: 'proxy',
      path: `/user/${user}/lab`,
      url: `https://hub.example.com/user/${user}/lab?mail=${email}`,
      handler: `/home/${user}/work/x.R`,
      uri: `/~${user}/`,
      route: `/u/${user}`,
    }),
    gauge('node_directory_size_bytes', {
      job: 'du',
      directory: `/home/${user}`,
      mountpoint: `/mnt/home/${user}`,
      owner: user,
    }),
    {
      labels: { __name__: 'request_seconds_bucket', job: 'proxy', le: '1' },
      samples: every((index) => index),
      exemplars: [
        {
          labels: { trace_id: 'abc', user, user_email: email, path: `/home/${user}/a` },
          value: 0.5,
          timestamp: now - minute,
        },
      ],
    },
    // Refused: too old, with a person in the labels.
    { labels: { __name__: 'old_metric', job: 'proxy', user, pod }, samples: [{ timestamp: 1000, value: 1 }] },
  ];
}

/** Events of a portal. */
export function plantedEvents(now: number): object[] {
  return [
    {
      kind: 'visit',
      at: now - minute,
      user: email,
      workspace: { cluster: 'prod', namespace: 'hub', pod: `jupyter-${user}`, user },
      path: `/home/${user}/x.R`,
      userAgent: `Zebulon's browser`,
    },
    { kind: 'login', at: now - 2 * minute, user: ` ${user.toUpperCase()} ` },
    {
      kind: 'workspace_deleted',
      at: now - minute,
      user,
      workspace: { serverName: user, user },
      by: { type: 'user', user: 'pwintergreen', actingFor: email },
    },
    { kind: 'visit', at: now - minute, user, workspace: { sessionId: `session-${user}` } },
  ];
}

/** An audit webhook's list. */
export function plantedAudit(now: number): object {
  return {
    kind: 'EventList',
    apiVersion: 'audit.k8s.io/v1',
    metadata: {},
    items: ['delete', 'create'].map((verb, index) => ({
      auditID: `a${index}`,
      stage: 'ResponseComplete',
      verb,
      user: { username: `oidc:${email}`, groups: [`team-${user}`], extra: { name: ['Zebulon'] } },
      impersonatedUser: { username: user },
      sourceIPs: ['10.1.1.1'],
      userAgent: `${user}-script/1.0`,
      requestURI: `/api/v1/namespaces/hub/pods/jupyter-${user}`,
      objectRef: { resource: 'pods', namespace: 'hub', name: `jupyter-${user}` },
      responseStatus: { code: 200 },
      annotations: { 'authorization.k8s.io/reason': `allowed to User "${user}"` },
      requestReceivedTimestamp: new Date(now - minute).toISOString(),
    })),
  };
}

/** An HR feed, and one that cannot be read. */
export function plantedFeeds(): { people: string; broken: string } {
  const header =
    'person_id,username,email,display_name,department,title,role,location,time_zone,manager_id,active,joined_on,groups';
  const people = [
    `E1,${user},${email},Zebulon Quatermass,A,Scientist,Scientist,Lyon,Europe/Paris,E2,true,2020-01-01,users`,
    'E2,pwintergreen,prudence.wintergreen@example.com,Prudence Wintergreen,A,Lead,Lead,Lyon,Europe/Paris,,true,2019-01-01,users',
    ...Array.from(
      { length: 200 },
      (_, index) =>
        `P${index},person${index},p${index}@example.com,Person ${index},B,Scientist,Scientist,Lyon,Europe/Paris,E2,true,2020-01-01,users`,
    ),
    // A row that cannot be read, and a manager nobody knows.
    ',,,Zebulon Quatermass the Younger,A,,,,,,true,,',
    'E9,person9x,p9x@example.com,Person 9x,B,Scientist,Scientist,Lyon,Europe/Paris,"cn=Wintergreen, Prudence",true,2020-01-01,users',
  ];
  return { people: [header, ...people].join('\n'), broken: `${header}\n"E1,${user},"Zebulon" Quatermass,${email}\n` };
}
