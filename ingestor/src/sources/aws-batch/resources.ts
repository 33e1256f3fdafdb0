import type {
  EksContainerResourceRequirements,
  JobDetail,
  NodeRangeProperty,
  ResourceRequirement,
} from '@aws-sdk/client-batch';

/** What a job reserves while an attempt runs; null: not said. */
export interface JobResources {
  readonly cores: number | null;
  readonly memoryBytes: number | null;
  readonly gpus: number;
  readonly nodes: number;
  readonly image: string | null;
}

interface Requirements {
  readonly resourceRequirements?: readonly ResourceRequirement[] | undefined;
  /** Old form. */
  readonly vcpus?: number | undefined;
  /** MiB, old form. */
  readonly memory?: number | undefined;
  readonly image?: string | undefined;
}

const mib = 2 ** 20;
const units: Readonly<Record<string, number>> = {
  '': 1,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  Ki: 2 ** 10,
  Mi: mib,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
};

/** Resources of a job in any of the forms of AWS: container, ECS task, EKS pod, several nodes. */
export function resourcesOf(job: JobDetail): JobResources {
  const nodes = job.nodeProperties;
  if (nodes?.nodeRangeProperties?.length) {
    const parts = nodes.nodeRangeProperties.map((range) =>
      times(rangeResources(range), nodesIn(range.targetNodes ?? '', nodes.numNodes ?? 1)),
    );
    return { ...sum(parts), nodes: nodes.numNodes ?? 1 };
  }
  const tasks = job.ecsProperties?.taskProperties?.flatMap(({ containers }) => containers ?? []);
  if (tasks?.length) return sum(tasks.map(containerResources));
  const pods = job.eksProperties?.podProperties?.containers;
  if (pods?.length) return sum(pods.map(({ image, resources }) => podResources(image, resources)));
  return containerResources(job.container ?? {});
}

function rangeResources(range: NodeRangeProperty): JobResources {
  const tasks = range.ecsProperties?.taskProperties?.flatMap(({ containers }) => containers ?? []);
  if (tasks?.length) return sum(tasks.map(containerResources));
  const pods = range.eksProperties?.podProperties?.containers;
  if (pods?.length) return sum(pods.map(({ image, resources }) => podResources(image, resources)));
  return containerResources(range.container ?? {});
}

function containerResources(container: Requirements): JobResources {
  const required = (type: string): number | null =>
    positive(Number(container.resourceRequirements?.find((each) => each.type === type)?.value));
  const memory = required('MEMORY') ?? positive(container.memory);
  return {
    cores: required('VCPU') ?? positive(container.vcpus),
    memoryBytes: memory === null ? null : memory * mib,
    gpus: required('GPU') ?? 0,
    nodes: 1,
    image: container.image ?? null,
  };
}

function podResources(
  image: string | undefined,
  resources: EksContainerResourceRequirements | undefined,
): JobResources {
  const of = (name: string): number | null => quantity(resources?.requests?.[name] ?? resources?.limits?.[name]);
  return {
    cores: of('cpu'),
    memoryBytes: of('memory'),
    gpus: of('nvidia.com/gpu') ?? 0,
    nodes: 1,
    image: image ?? null,
  };
}

/** `0.5`, `500m`, `2048Mi` as a number; null when it is none. */
function quantity(text: string | undefined): number | null {
  const match = /^([\d.]+)([A-Za-z]*)$/.exec(text ?? '');
  const unit = units[match?.[2] ?? '?'];
  return unit === undefined ? null : positive(Number(match?.[1]) * unit);
}

/** `0:3`, `4:`, `:3` or `2`. */
function nodesIn(range: string, all: number): number {
  const [first = '', last] = range.split(':');
  if (last === undefined) return first === '' ? all : 1;
  return (last === '' ? all - 1 : Number(last)) - Number(first || 0) + 1;
}

function times({ cores, memoryBytes, gpus, image }: JobResources, count: number): JobResources {
  const by = (value: number | null): number | null => (value === null ? null : value * count);
  return { cores: by(cores), memoryBytes: by(memoryBytes), gpus: gpus * count, nodes: count, image };
}

/** Containers side by side; what one of them does not say is not added. */
function sum(parts: readonly JobResources[]): JobResources {
  const add = (a: number | null, b: number | null): number | null => (a === null ? b : a + (b ?? 0));
  return parts.reduce(
    (whole, part) => ({
      cores: add(whole.cores, part.cores),
      memoryBytes: add(whole.memoryBytes, part.memoryBytes),
      gpus: whole.gpus + part.gpus,
      nodes: 1,
      image: whole.image ?? part.image,
    }),
    { cores: null, memoryBytes: null, gpus: 0, nodes: 1, image: null },
  );
}

function positive(value: number | undefined): number | null {
  return value !== undefined && Number.isFinite(value) && value > 0 ? value : null;
}
