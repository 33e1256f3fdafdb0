import { Type, type Static } from 'typebox';

const LabelKeys = Type.Array(Type.String(), { default: [] });

const RegistrySchema = Type.Object(
  {
    host: Type.String({
      description: 'As image references have it: registry.example.com:5000; docker.io for Docker Hub',
    }),
    url: Type.String({ default: '', description: 'Where it is asked, when not https://<host>' }),
    credentials_file: Type.String({ default: '', description: 'File with one line user:password; empty: anonymous' }),
    ca_file: Type.String({ default: '', description: 'PEM of a private certification authority' }),
  },
  { additionalProperties: false },
);
export type RegistryConfig = Static<typeof RegistrySchema>;

/** One version, or several joined by `_`: `4.4.1_4.3.3`. R's major has one digit, which keeps `ubuntu_22.04` out. */
const versions = (group: string, one: string): string => `(?<${group}>${one}(?:_${one})*)(?![\\d.])`;
const R = versions('r', '[2-9]\\.\\d{1,2}(?:\\.\\d{1,2})?');
const PYTHON = versions('python', '[23]\\.\\d{1,2}(?:\\.\\d{1,2})?');
const QUARTO = versions('quarto', '[01]\\.\\d{1,2}(?:\\.\\d{1,4})?');

/** `images:` of the configuration file. */
export const ImagesConfigSchema = Type.Object(
  {
    enabled: Type.Boolean({ default: true }),
    schedule: Type.Union([Type.Integer({ minimum: 10 }), Type.String()], {
      default: 900,
      description: 'Seconds between looks for new images, or a cron expression',
    }),
    registries: Type.Array(RegistrySchema, {
      default: [],
      description: 'Only these are asked; images of others are read by their tags alone',
    }),
    architecture: Type.String({
      default: 'amd64',
      description: 'Which image of an index is read; else the first for Linux',
    }),
    labels: Type.Object(
      { r: LabelKeys, python: LabelKeys, quarto: LabelKeys },
      {
        default: {},
        additionalProperties: false,
        description: 'Own image labels that carry a version, or several separated by comma or space',
      },
    ),
    tag_patterns: Type.Array(Type.String(), {
      default: [
        `(?:^|[-_:])r[-_]?${R}`,
        `(?:^|[-_:])py(?:thon)?[-_]?${PYTHON}`,
        `(?:^|[-_:])quarto[-_]?${QUARTO}`,
        `^(?:r-ver|r-base|rstudio|tidyverse|verse|geospatial|shiny|shiny-verse|r-apt|r2u):${R}`,
        `^python:${PYTHON}`,
        `^quarto:${QUARTO}`,
      ],
      description:
        'Regular expressions, case-insensitive, on the last part of the reference with its tag (r-ver:4.4.1); named groups r, python and quarto. Of each runtime the first match wins; _ separates several versions',
    }),
    environment: Type.Array(Type.String(), {
      default: ['R_VERSION', 'PYTHON_VERSION', 'QUARTO_VERSION'],
      description: 'Variables of the image that are kept. All others are never stored: they may hold secrets',
    }),
    retry_hours: Type.Number({
      default: 24,
      minimum: 0,
      description: 'How long after a registry did not know or not show an image it is asked again',
    }),
    lookups_per_run: Type.Integer({ default: 200, minimum: 1 }),
  },
  { default: {}, additionalProperties: false },
);
export type ImagesConfig = Static<typeof ImagesConfigSchema>;
