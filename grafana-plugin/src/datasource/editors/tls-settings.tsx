import React, { useState } from 'react';
import { Collapse, Field, InlineSwitch, SecretTextArea } from '@grafana/ui';
import type { SceVoiceSecrets } from '../types.ts';

type Certificate = Exclude<keyof SceVoiceSecrets, 'token'>;

interface Props {
  readonly isOpen: boolean;
  readonly skipVerify: boolean;
  readonly configured: Readonly<Partial<Record<string, boolean>>>;
  readonly secrets: SceVoiceSecrets;
  onSkipVerify(skip: boolean): void;
  onSecret(name: Certificate, value: string): void;
  onReset(name: Certificate): void;
}

const certificates: { name: Certificate; label: string; description: string; begin: string }[] = [
  {
    name: 'tlsCACert',
    label: 'CA certificate',
    description: 'Of an authority that this machine does not know',
    begin: '-----BEGIN CERTIFICATE-----',
  },
  {
    name: 'tlsClientCert',
    label: 'Client certificate',
    description: 'When the ingestor, or a proxy before it, asks Grafana for one',
    begin: '-----BEGIN CERTIFICATE-----',
  },
  {
    name: 'tlsClientKey',
    label: 'Client key',
    description: 'Belongs to the client certificate',
    begin: '-----BEGIN PRIVATE KEY-----',
  },
];

/** Certificates as PEM texts. Open when the address speaks TLS. */
export function TlsSettings({ isOpen, skipVerify, configured, secrets, onSkipVerify, onSecret, onReset }: Props) {
  const [isShown, setShown] = useState<boolean | null>(null);
  const show = isShown ?? isOpen;
  return (
    <Collapse label="TLS" isOpen={show} onToggle={() => setShown(!show)}>
      {certificates.map(({ name, label, description, begin }) => (
        <Field key={name} label={label} description={description}>
          <SecretTextArea
            id={`sce-${name}`}
            rows={4}
            cols={60}
            isConfigured={Boolean(configured[name])}
            value={secrets[name] ?? ''}
            placeholder={begin}
            onChange={({ currentTarget }) => onSecret(name, currentTarget.value)}
            onReset={() => onReset(name)}
          />
        </Field>
      ))}
      <Field
        label="Skip verification"
        description="Accepts any certificate: anybody on the way can read the token. For trying out only"
      >
        <InlineSwitch
          id="sce-skip-verify"
          value={skipVerify}
          onChange={({ currentTarget }) => onSkipVerify(currentTarget.checked)}
        />
      </Field>
    </Collapse>
  );
}
