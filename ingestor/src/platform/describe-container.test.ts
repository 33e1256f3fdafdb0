import { describe, expect, it } from 'vitest';
import { parseFileConfig } from '../config.ts';
import { accountMatches, globMatches } from './condition.ts';
import { describeContainer } from './describe-container.ts';
import { platformRules } from './presets.ts';

const rulesOf = (platform: object) => platformRules(parseFileConfig({ platform }, 'test').platform);
const defaults = rulesOf({});

describe('kinds and users', () => {
  const jupyter = { cluster: 'c', namespace: 'jupyter', label_component: 'singleuser-server' };
  it.each([
    [
      'a notebook',
      { ...jupyter, annotation_hub_jupyter_org_username: 'u_1' },
      ['interactive', 'jupyterhub', 'u_1', 'c/jupyter/u_1/'],
    ],
    [
      'a named server',
      { ...jupyter, annotation_hub_jupyter_org_username: 'u_1', annotation_hub_jupyter_org_servername: 's_1' },
      ['interactive', 'jupyterhub', 'u_1', 'c/jupyter/u_1/s_1'],
    ],
    [
      'a notebook without annotations',
      { ...jupyter, label_hub_jupyter_org_username: 'u_2' },
      ['interactive', 'jupyterhub', 'u_2', 'c/jupyter/u_2/'],
    ],
    ['a notebook without a name', jupyter, ['interactive', 'jupyterhub', null, null]],
    [
      'a Workbench session',
      {
        cluster: 'c',
        namespace: 'wb',
        container: 'rs-launcher-container',
        annotation_user: 'u_3',
        owner_kind: 'Job',
        owner_name: 'owner_1',
      },
      ['interactive', 'workbench', 'u_3', 'c/wb/owner_1'],
    ],
    [
      'a Connect run',
      { cluster: 'c', namespace: 'posit-connect', container: 'rs-launcher-container', owner_kind: 'Job' },
      ['connect', 'workbench', null, null],
    ],
    [
      'an operator session',
      { label_posit_team_component: 'workbench-session', annotation_user: 'u_4' },
      ['interactive', 'team_operator', 'u_4', null],
    ],
    ['an operator service', { label_posit_team_component: 'connect' }, ['service', null, null, null]],
    ['a job', { owner_kind: 'Job' }, ['batch', null, null, null]],
    ['a deployment', { owner_kind: 'ReplicaSet' }, ['service', null, null, null]],
    ['something else', { namespace: 'x' }, ['other', null, null, null]],
  ])('%s', (_, attributes, expected) => {
    const found = describeContainer(defaults, attributes);
    expect([found.kind, found.platform, found.userKey, found.workspaceKey]).toEqual(expected);
  });

  it('asks configured rules first, and the first match wins', () => {
    const rules = rulesOf({
      kinds: [
        { kind: 'batch', component: 'git', when: { namespace: ['ci-*', 'runners'], label_x: '' } },
        { kind: 'service', when: { namespace: 'ci-*' } },
      ],
    });
    expect(describeContainer(rules, { namespace: 'ci-1', label_component: 'singleuser-server' })).toMatchObject({
      kind: 'batch',
      component: 'git',
    });
    expect(describeContainer(rules, { namespace: 'ci-1', label_x: 'set' })).toMatchObject({
      kind: 'service',
      component: 'other',
    });
  });
});

describe('globs', () => {
  it.each([
    ['*', '', false],
    ['*', 'a', true],
    ['', '', true],
    ['a.c', 'abc', false],
    ['a*c', 'a.b/c', true],
  ])('%j on %j is %s', (glob, value, expected) => {
    expect(globMatches(glob, value)).toBe(expected);
  });

  it('does not let the star of an account cross a colon', () => {
    expect(accountMatches(['system:serviceaccount:*:hub'], 'system:serviceaccount:jupyter:hub')).toBe(true);
    expect(accountMatches(['system:serviceaccount:*:hub'], 'system:serviceaccount:a:b:hub')).toBe(false);
  });
});
