import { mkdtempSync, chmodSync, statSync, writeFileSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { parseFileConfig } from '../config.ts';
import { BoundedMap } from './bounded-map.ts';
import { loadPseudonymKey } from './key.ts';
import { normaliseUser } from './normalise-user.ts';
import { createPseudonymiser, Pseudonymiser } from './pseudonym.ts';

const KEY = Buffer.from('0123456789abcdef0123456789abcdef');
const privacy = parseFileConfig({}, 'test').privacy;
const pseudonymiser = new Pseudonymiser({ key: KEY, privacy });
const dataDir = (): string => mkdtempSync(join(tmpdir(), 'sce-identity-'));

describe('normaliseUser', () => {
  it.each([
    ['Kim.Meier@example.com', 'kim.meier'],
    ['  MeierK ', 'meierk'],
    ['CORP\\MeierK', 'meierk'],
    ['@odd', '@odd'],
    ['', ''],
    ['   ', ''],
    ['Ａnna', 'anna'],
  ])('%j becomes %j', (input, expected) => {
    expect(normaliseUser(input)).toBe(expected);
  });
});

describe('person', () => {
  it('is the keyed hash of the normalised name, the same for every spelling', () => {
    const expected = `u_${createHmac('sha256', KEY).update('u\0kim.meier').digest('hex').slice(0, 16)}`;
    for (const spelling of ['kim.meier', 'Kim.Meier@example.com', ' KIM.MEIER@other.example '])
      expect(pseudonymiser.person(spelling)).toBe(expected);
  });

  it('gives nobody an empty key', () => {
    expect(pseudonymiser.person('  ')).toBe('');
  });

  it('differs under another key, and so does the fingerprint', () => {
    const other = new Pseudonymiser({ key: Buffer.from('another key of thirty-two letters'), privacy });
    expect(other.person('meierk')).not.toBe(pseudonymiser.person('meierk'));
    expect(other.fingerprint()).not.toBe(pseudonymiser.fingerprint());
  });

  it('stays the same when the cache has forgotten the name', () => {
    const small = new Pseudonymiser({ key: KEY, privacy, cacheEntries: 2 });
    const first = small.person('user-0');
    for (let i = 1; i < 50; i++) small.person(`user-${i}`);
    expect(small.person('user-0')).toBe(first);
  });
});

describe('label', () => {
  const kim = pseudonymiser.person('kim.meier');
  it.each([
    ['kube_pod_annotations', 'annotation_hub_jupyter_org_username', 'Kim.Meier@example.com', kim],
    ['kube_pod_annotations', 'annotation_user', 'kim.meier', kim],
    ['kube_pod_labels', 'label_hub_jupyter_org_username', 'kim.meier', kim],
    ['any_metric', 'user', 'kim.meier', kim],
    ['any_metric', 'message', 'mail to kim.meier@example.com, please', `mail to ${kim}, please`],
    ['any_metric', 'mountpoint', '/home/kim.meier/data', `/home/${kim}/data`],
    ['any_metric', 'device', '/mnt/home/kim.meier', `/mnt/home/${kim}`],
    ['any_metric', 'handler', '/user/kim.meier/lab', `/user/${kim}/lab`],
  ])('%s{%s="%s"} becomes %s', (metric, name, value, expected) => {
    expect(pseudonymiser.label(metric, name, value)).toBe(expected);
  });

  it.each([
    ['container_cpu_usage_seconds_total', 'pod', 'jupyter-kimmeier', /^pod_[0-9a-f]{16}$/],
    ['container_cpu_usage_seconds_total', 'pod_name', 'jupyter-kimmeier', /^pod_[0-9a-f]{16}$/],
    ['container_cpu_usage_seconds_total', 'name', 'k8s_notebook_jupyter-kimmeier', /^name_[0-9a-f]{16}$/],
    ['kube_pod_owner', 'owner_name', 'session-kimmeier', /^owner_[0-9a-f]{16}$/],
    ['kube_persistentvolumeclaim_info', 'persistentvolumeclaim', 'claim-kimmeier', /^pvc_[0-9a-f]{16}$/],
    ['kube_secret_info', 'secret', 'jupyter-kimmeier', /^name_[0-9a-f]{16}$/],
    ['kube_pod_labels', 'label_team_lead', 'kimmeier', /^label_[0-9a-f]{16}$/],
    ['pwb_http_requests_total', 'uri', '/s/kimmeier', /^path_[0-9a-f]{16}$/],
  ])('%s{%s="%s"} becomes a code', (metric, name, value, expected) => {
    expect(pseudonymiser.label(metric, name, value)).toMatch(expected);
  });

  it.each([
    ['container_cpu_usage_seconds_total', 'container', 'notebook'],
    ['container_cpu_usage_seconds_total', 'namespace', 'jupyter-prod'],
    ['container_cpu_usage_seconds_total', 'image', 'registry.example.com/sce/rstudio@sha256:ab12'],
    ['container_cpu_usage_seconds_total', 'id', '/kubepods/burstable/pod7e0c'],
    ['kube_pod_labels', 'label_app_kubernetes_io_component', 'singleuser-server'],
    ['kube_pod_labels', 'label_posit_team_component', 'workbench-session'],
    ['kube_node_labels', 'label_anything', 'gpu'],
    ['up', 'instance', '10.0.0.1:9100'],
    ['up', 'user', ''],
  ])('%s{%s="%s"} is kept', (metric, name, value) => {
    expect(pseudonymiser.label(metric, name, value)).toBe(value);
  });

  it('joins the pod of cAdvisor, old cAdvisor and kube-state-metrics', () => {
    const pods = ['pod', 'pod_name', 'exported_pod'].map((name) => pseudonymiser.label('m', name, 'jupyter-kim'));
    expect(new Set(pods).size).toBe(1);
  });

  it('asks configured rules first', () => {
    const configured = new Pseudonymiser({
      key: KEY,
      privacy: parseFileConfig(
        {
          privacy: {
            personal_labels: [
              { label: 'pod', metric: 'kube_node_*', as: 'keep' },
              { label: 'analyst', as: 'person' },
              { label: 'study*', as: 'text', prefix: 'study' },
            ],
          },
        },
        'test',
      ).privacy,
    });
    expect(configured.label('kube_node_pods', 'pod', 'x')).toBe('x');
    expect(configured.label('other', 'pod', 'x')).toMatch(/^pod_/);
    expect(configured.label('other', 'analyst', 'kim.meier')).toBe(kim);
    expect(configured.label('other', 'study_id', 'A1')).toMatch(/^study_/);
  });

  it('leaves everything but spelling alone when pseudonyms are switched off', () => {
    const plain = new Pseudonymiser({ key: KEY, privacy: { pseudonyms: false, personal_labels: [] } });
    expect(plain.label('m', 'pod', 'jupyter-kim')).toBe('jupyter-kim');
    expect(plain.person('Kim.Meier@example.com')).toBe('kim.meier');
  });

  it('reads a hostile value in linear time', () => {
    const value = `@${'a'.repeat(16_000)}`;
    expect(pseudonymiser.label('m', 'note', value)).toBe(value);
  });
});

describe('user slugs', () => {
  it('translates a slugged label to its user', () => {
    const dir = dataDir();
    const file = join(dir, 'slugs.yaml');
    writeFileSync(file, 'kim-meier---1a2b: Kim.Meier@example.com\n');
    const mapped = createPseudonymiser({
      pseudonymKey: KEY.toString(),
      pseudonymKeyFile: null,
      dataDir: dir,
      privacy: { ...privacy, user_slugs_file: file },
    });
    expect(mapped.label('kube_pod_labels', 'label_hub_jupyter_org_username', 'kim-meier---1a2b')).toBe(
      pseudonymiser.person('kim.meier'),
    );
  });

  it('names a file that cannot be used', () => {
    const settings = { pseudonymKey: KEY.toString(), pseudonymKeyFile: null, dataDir: dataDir() };
    expect(() =>
      createPseudonymiser({ ...settings, privacy: { ...privacy, user_slugs_file: '/nowhere/slugs.yaml' } }),
    ).toThrow(/user_slugs_file \/nowhere\/slugs\.yaml/);
  });
});

describe('key', () => {
  const none = { pseudonymKey: null, pseudonymKeyFile: null };

  it('is generated once, private to this account', () => {
    const dir = dataDir();
    const first = loadPseudonymKey({ ...none, dataDir: dir });
    expect(first.length).toBe(64);
    expect(loadPseudonymKey({ ...none, dataDir: dir })).toEqual(first);
    expect(statSync(join(dir, 'pseudonym.key')).mode & 0o777).toBe(0o600);
  });

  it('is refused when others may read it', () => {
    const dir = dataDir();
    loadPseudonymKey({ ...none, dataDir: dir });
    chmodSync(join(dir, 'pseudonym.key'), 0o644);
    expect(() => loadPseudonymKey({ ...none, dataDir: dir })).toThrow(/chmod 600/);
  });

  it('comes from the environment or a file, never written to disk then', () => {
    const dir = dataDir();
    const file = join(dir, 'given');
    writeFileSync(file, `${KEY.toString()}\n`);
    expect(loadPseudonymKey({ ...none, pseudonymKeyFile: file, dataDir: dir })).toEqual(KEY);
    expect(loadPseudonymKey({ ...none, pseudonymKey: KEY.toString(), dataDir: dir })).toEqual(KEY);
    expect(() => readFileSync(join(dir, 'pseudonym.key'))).toThrow(/ENOENT/);
  });

  it('must be long, and the error does not show it', () => {
    expect(() => loadPseudonymKey({ ...none, pseudonymKey: 'short-secret', dataDir: dataDir() })).toThrow(
      /at least 32, the same for every ingestor/,
    );
    expect(() => loadPseudonymKey({ ...none, pseudonymKey: 'short-secret', dataDir: dataDir() })).not.toThrow(
      /short-secret/,
    );
  });
});

describe('BoundedMap', () => {
  it('never exceeds its limit and keeps what is used', () => {
    const map = new BoundedMap<number>(100);
    for (let i = 0; i < 10_000; i++) {
      map.set(`k${i}`, i);
      map.get('k0');
      expect(map.size).toBeLessThanOrEqual(100);
    }
    expect(map.get('k0')).toBe(0);
    expect(map.get('k5')).toBeUndefined();
  });
});
