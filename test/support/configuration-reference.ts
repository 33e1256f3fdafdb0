import { FileConfigSchema } from '../../ingestor/src/config.ts';

/** The part of JSON schema that configuration uses. */
interface Schema {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly default?: unknown;
  readonly description?: string;
  readonly const?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly minimum?: number;
  readonly maximum?: number;
}

interface Key {
  readonly path: string;
  readonly schema: Schema;
}

/** `docs/configuration.md`: every key of the configuration file, from the schemas that check it. */
export function configurationReference(): string {
  const sections = Object.entries((FileConfigSchema as Schema).properties ?? {});
  return [
    '# Configuration file',
    '',
    'Made from the schemas by `npm run docs`. The file is named by `SCE_CONFIG` (`./sce-voice.yaml`); every key may be left out,',
    'an unknown one is refused at the start. What comes from the environment is in the [README](../README.md#configuration).',
    ...sections.flatMap(([name, schema]) => ['', `## ${name}`, ...about(schema), '', ...table(keysOf(name, schema))]),
    '',
  ].join('\n');
}

function about(schema: Schema): string[] {
  return schema.description ? ['', schema.description] : [];
}

function table(keys: readonly Key[]): string[] {
  const rows = keys.map(
    ({ path, schema }) => `| \`${path}\` | ${kind(schema)} | ${shown(schema.default)} | ${cell(schema.description)} |`,
  );
  return ['| key | type | default | meaning |', '| --- | --- | --- | --- |', ...rows];
}

/** Leaves below `path`; a list of objects is one leaf, and so are the fields of its items. */
function keysOf(path: string, schema: Schema): Key[] {
  if (schema.properties)
    return Object.entries(schema.properties).flatMap(([name, child]) => keysOf(`${path}.${name}`, child));
  const fields = schema.items?.properties ? keysOf(`${path}[]`, schema.items) : [];
  return [{ path, schema }, ...fields];
}

function kind(schema: Schema): string {
  if (schema.anyOf)
    return schema.anyOf.map((option) => (option.const === undefined ? kind(option) : shown(option.const))).join(', ');
  if (schema.type === 'array') return schema.items?.type ? `list of ${schema.items.type}` : 'list';
  if (schema.type === 'object') return 'map';
  const bounds = [
    ...(schema.minimum === undefined ? [] : [`≥ ${schema.minimum}`]),
    ...(schema.maximum === undefined ? [] : [`≤ ${schema.maximum}`]),
  ];
  return [schema.type ?? '', ...bounds].join(' ').trim();
}

function shown(value: unknown): string {
  return value === undefined || value === ''
    ? ''
    : `\`${cell(typeof value === 'string' ? value : JSON.stringify(value))}\``;
}

function cell(text = ''): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}
