import { hashText, hex } from './random.ts';
import { DAY_MS } from './time.ts';

/** A session image and the runtimes that are really in it. Lists with two versions: a legacy image. */
export interface Image {
  /** `repository:tag` as it stands in the pod. */
  readonly reference: string;
  readonly repository: string;
  readonly tag: string;
  readonly digest: string;
  readonly r: readonly string[];
  readonly python: readonly string[];
  readonly quarto: readonly string[];
  /** Where the versions can be read: what the registry's config of the image holds. */
  readonly environment: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  readonly createdAt: number;
}

const REGISTRY = 'registry.example.com';

interface Recipe {
  readonly name: string;
  readonly tag: string;
  readonly r?: readonly string[];
  readonly python?: readonly string[];
  readonly quarto?: readonly string[];
  /** `env` (rocker), `label` (own key) or `tag` only (Posit session images). */
  readonly told: 'env' | 'label' | 'tag';
}

const RECIPES = {
  r400: { name: 'sce/rstudio', tag: '4.0.0', r: ['4.0.0'], told: 'env' },
  r432: { name: 'sce/rstudio', tag: '4.3.2', r: ['4.3.2'], quarto: ['1.4.553'], told: 'env' },
  r441: { name: 'sce/rstudio', tag: '4.4.1', r: ['4.4.1'], quarto: ['1.5.57'], told: 'env' },
  r451: { name: 'sce/rstudio', tag: '4.5.1', r: ['4.5.1'], quarto: ['1.7.32'], told: 'label' },
  python311: { name: 'sce/datascience', tag: 'py3.11.9', python: ['3.11.9'], told: 'label' },
  python312: { name: 'sce/datascience', tag: 'py3.12.6', python: ['3.12.6'], quarto: ['1.5.57'], told: 'label' },
  workbench43: {
    name: 'wb/session',
    tag: 'R4.3.3-python3.11.10-ubuntu-22.04',
    r: ['4.3.3'],
    python: ['3.11.10'],
    told: 'tag',
  },
  workbench44: {
    name: 'wb/session',
    tag: 'R4.4.2-python3.12.6-ubuntu-22.04',
    r: ['4.4.2'],
    python: ['3.12.6'],
    told: 'tag',
  },
  workbench45: {
    name: 'wb/session',
    tag: 'R4.5.2-python3.14.3-ubuntu-24.04',
    r: ['4.5.2'],
    python: ['3.14.3'],
    told: 'tag',
  },
  legacy: {
    name: 'wb/session',
    tag: 'ubuntu2204-r4.4.1_4.3.3-py3.12.6_3.11.10',
    r: ['4.4.1', '4.3.3'],
    python: ['3.12.6', '3.11.10'],
    told: 'tag',
  },
  simulation: { name: 'sce/simulation', tag: '2026.1', r: ['4.4.1'], python: ['3.12.6'], told: 'label' },
  connect: {
    name: 'connect/content',
    tag: 'R4.4.2-python3.12.6-ubuntu-22.04',
    r: ['4.4.2'],
    python: ['3.12.6'],
    told: 'tag',
  },
  batch: { name: 'sce/batch', tag: '7.2', r: ['4.3.2'], told: 'env' },
  service: { name: 'platform/service', tag: '1.0.0', told: 'tag' },
  daemon: { name: 'platform/daemon', tag: '1.4.0', told: 'tag' },
} as const satisfies Readonly<Record<string, Recipe>>;

export type ImageKey = keyof typeof RECIPES;

/** Label key of our own R version, as the configuration names it. */
export const VERSION_LABELS = {
  r: 'com.example.sce.r-version',
  python: 'com.example.sce.python-version',
  quarto: 'com.example.sce.quarto-version',
} as const;

function bake(recipe: Recipe): Image {
  const repository = `${REGISTRY}/${recipe.name}`;
  const reference = `${repository}:${recipe.tag}`;
  const versions = { r: recipe.r ?? [], python: recipe.python ?? [], quarto: recipe.quarto ?? [] };
  const environment: Record<string, string> = { LANG: 'en_US.UTF-8' };
  const labels: Record<string, string> = { 'org.opencontainers.image.version': recipe.tag };
  if (recipe.told === 'env') {
    if (versions.r[0]) environment['R_VERSION'] = versions.r[0];
    if (versions.python[0]) environment['PYTHON_VERSION'] = versions.python[0];
    if (versions.quarto[0]) environment['QUARTO_VERSION'] = versions.quarto[0];
  } else if (recipe.told === 'label') {
    for (const key of ['r', 'python', 'quarto'] as const)
      if (versions[key][0]) labels[VERSION_LABELS[key]] = versions[key][0];
  }
  return {
    reference,
    repository,
    tag: recipe.tag,
    digest: `sha256:${hex(hashText(reference), 64)}`,
    ...versions,
    environment,
    labels,
    createdAt: Date.UTC(2024, 0, 1) + (hashText(recipe.tag) % 600) * DAY_MS,
  };
}

export const IMAGES: Readonly<Record<ImageKey, Image>> = Object.fromEntries(
  Object.entries(RECIPES).map(([key, recipe]) => [key, bake(recipe)]),
) as Record<ImageKey, Image>;
