import React from 'react';
import type { DataSourcePluginOptionsEditorProps } from '@grafana/data';
import { Alert, Field, FieldSet, Input, RadioButtonList, SecretInput, TextLink, Text } from '@grafana/ui';
import { APP_PATH } from '../../ids.ts';
import type { DefaultScope, SceVoiceOptions, SceVoiceSecrets } from '../types.ts';
import { addressProblem, isInsecure } from './address.ts';
import { TlsSettings } from './tls-settings.tsx';

type Props = DataSourcePluginOptionsEditorProps<SceVoiceOptions, SceVoiceSecrets>;

const scopes: { label: string; value: DefaultScope; description: string }[] = [
  {
    label: 'Groups only (recommended)',
    value: 'aggregate',
    description: 'Alert rules, public dashboards and people who are not recognised see no row about one person.',
  },
  {
    label: 'Whatever the token may see',
    value: 'token',
    description:
      'For a Grafana whose users may all see everything the token may, persons included. Public dashboards show it too.',
  },
];

/** Address, token, TLS and what is shown without a signed-in person. *Save & test* below it is Grafana's own. */
export function ConfigEditor({ options, onOptionsChange }: Props) {
  const { jsonData, secureJsonData, secureJsonFields } = options;
  const setJson = (change: Partial<SceVoiceOptions>): void =>
    onOptionsChange({ ...options, jsonData: { ...jsonData, ...change } });
  const setSecret = (name: keyof SceVoiceSecrets, value: string): void =>
    onOptionsChange({ ...options, secureJsonData: { ...secureJsonData, [name]: value } });
  const resetSecret = (name: keyof SceVoiceSecrets): void =>
    onOptionsChange({
      ...options,
      secureJsonFields: { ...secureJsonFields, [name]: false },
      secureJsonData: { ...secureJsonData, [name]: '' },
    });
  const problem = addressProblem(options.url);
  const isTls = options.url.startsWith('https:');

  return (
    <div style={{ maxWidth: 720 }}>
      <FieldSet label="Connection">
        <Field
          label="Address"
          description="Where Grafana’s server, not the browser, reaches the sce-voice ingestor"
          required
          invalid={problem !== null}
          error={problem}
        >
          <Input
            id="sce-address"
            value={options.url}
            placeholder="http://localhost:9201"
            onChange={({ currentTarget }) => onOptionsChange({ ...options, url: currentTarget.value.trim() })}
          />
        </Field>
        <Field
          label="Token"
          description="A token that may read (SCE_READ_TOKEN, or one of access.tokens in sce-voice.yaml). Stored encrypted; never sent to a browser"
        >
          <SecretInput
            id="sce-token"
            isConfigured={Boolean(secureJsonFields.token)}
            value={secureJsonData?.token ?? ''}
            placeholder="empty: none, for an ingestor on this machine"
            onChange={({ currentTarget }) => setSecret('token', currentTarget.value.trim())}
            onReset={() => resetSecret('token')}
          />
        </Field>
        {isInsecure(options.url) && (
          <Alert severity="warning" title="The token crosses the network unencrypted">
            Use https, or run the ingestor where only Grafana can reach it.
          </Alert>
        )}
        <Field label="Timeout" description="Seconds a question may take">
          <Input
            id="sce-timeout"
            type="number"
            min={1}
            width={16}
            suffix="s"
            value={jsonData.timeoutSeconds ?? ''}
            placeholder="60"
            onChange={({ currentTarget }) => {
              const seconds = Number(currentTarget.value);
              setJson({ timeoutSeconds: seconds > 0 ? seconds : undefined });
            }}
          />
        </Field>
      </FieldSet>

      <FieldSet label="Who sees what">
        <div style={{ marginBottom: 16 }}>
          <Text element="p" color="secondary">
            Grafana sends along who is signed in; the ingestor verifies it and shows everybody what their scope allows:
            groups, themselves, their department, or everything. That needs <code>access.grafana</code> in
            sce-voice.yaml. This setting is for requests in which nobody is signed in, or nobody the ingestor can
            verify.
          </Text>
        </div>
        <RadioButtonList
          name="sce-scope"
          options={scopes}
          value={jsonData.defaultScope ?? 'aggregate'}
          onChange={(defaultScope) => setJson({ defaultScope })}
        />
      </FieldSet>

      <TlsSettings
        isOpen={isTls}
        skipVerify={jsonData.tlsSkipVerify ?? false}
        configured={secureJsonFields}
        secrets={secureJsonData ?? {}}
        onSkipVerify={(tlsSkipVerify) => setJson({ tlsSkipVerify })}
        onSecret={setSecret}
        onReset={resetSecret}
      />
      <div style={{ margin: '16px 0' }}>
        <Text element="p" color="secondary">
          After <em>Save &amp; test</em>, the <TextLink href={`${APP_PATH}/check`}>configuration check</TextLink> says
          whether metrics, prices and the directory arrive as well.
        </Text>
      </div>
    </div>
  );
}
