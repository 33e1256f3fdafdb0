import type { AttemptDetail, JobDetail } from '@aws-sdk/client-batch';
import { hashKey } from '../../warehouse/hash-key.ts';
import type { Row } from '../../warehouse/warehouse.ts';
import type { Pseudonymiser } from '../../identity/pseudonym.ts';
import type { AwsBatchConfig } from './config.ts';
import { resourcesOf } from './resources.ts';

export interface DecodeOptions {
  readonly config: AwsBatchConfig;
  readonly pseudonymiser: Pseudonymiser;
  /** Codes of people who were erased. */
  readonly isForgotten: (code: string) => boolean;
  readonly account: string;
  readonly region: string;
}

export interface DecodedJob {
  readonly id: string;
  readonly key: bigint;
  readonly isFinal: boolean;
  /** Children of an array job; null: it is none. */
  readonly arraySize: number | null;
  readonly stoppedAt: Date | null;
  readonly row: Row;
  readonly attempts: readonly Row[];
}

/** Key of a job: its id is unique in an account and region. */
export function jobKey(account: string, region: string, id: string): bigint {
  return hashKey('aws-batch', account, region, id);
}

/** Account of an ARN; '' when it is none. */
export function accountOf(arn: string): string {
  return arn.split(':')[4] ?? '';
}

/**
 * A job and its attempts as rows; null for one without id or time of creation. Of environment and tags only what names submitter
 * and pipeline is kept, of the command nothing: secrets are there.
 */
export function decodeJob(job: JobDetail, options: DecodeOptions): DecodedJob | null {
  const createdAt = time(job.createdAt);
  if (job.jobId === undefined || createdAt === null) return null;
  const { pseudonymiser, account, region } = options;
  const id = job.jobId;
  const [parent, index] = arrayParent(id);
  const key = jobKey(account, region, id);
  const runKey = parent === null ? key : jobKey(account, region, parent);
  const status = job.status ?? 'UNKNOWN';
  const isFinal = status === 'SUCCEEDED' || status === 'FAILED';
  const arraySize = parent === null && job.arrayProperties?.size !== undefined ? job.arrayProperties.size : null;
  const { cores, memoryBytes, gpus, nodes, image } = resourcesOf(job);
  const resources = { cpu_cores: cores, memory_bytes: memoryBytes, gpus };
  const attempts = arraySize === null ? attemptsOf(job, isFinal) : [];
  const stoppedAt = time(job.stoppedAt) ?? (isFinal ? (attempts.at(-1)?.stoppedAt ?? null) : null);
  const { name, revision } = definitionOf(job.jobDefinition);
  return {
    id,
    key,
    isFinal,
    arraySize,
    stoppedAt,
    row: {
      timestamp: createdAt,
      account,
      region,
      job_key: key,
      run_key: runKey,
      job_id: id,
      is_child: parent !== null,
      array_index: index,
      array_size: arraySize,
      children_seen: null,
      queue: lastPart(job.jobQueue),
      job_name: pseudonymiser.text('job', job.jobName ?? ''),
      job_definition: pseudonymiser.scrub(name),
      job_definition_revision: revision,
      pipeline: pseudonymiser.scrub(job.tags?.[options.config.pipeline_tag] || name),
      ...submitterOf(job, options),
      status,
      failure: status === 'FAILED' ? failureOf(job) : '',
      is_final: isFinal,
      is_lost: false,
      // Of the first attempt: `startedAt` of the job is that of the last one.
      started_at: attempts[0]?.startedAt ?? time(job.startedAt),
      stopped_at: stoppedAt,
      attempts: arraySize === null ? (job.attempts?.length ?? 0) : null,
      exit_code: job.container?.exitCode ?? job.attempts?.at(-1)?.container?.exitCode ?? null,
      ...resources,
      nodes,
      image: image === null ? null : pseudonymiser.scrub(image),
      platform: job.eksProperties ? 'EKS' : (job.platformCapabilities?.[0] ?? null),
    },
    attempts: attempts.map(({ number, startedAt, stoppedAt: stopped, isFailed, failure }) => ({
      timestamp: startedAt,
      account,
      region,
      job_key: key,
      run_key: runKey,
      attempt: number,
      stopped_at: stopped,
      is_failed: isFailed,
      failure,
      ...resources,
    })),
  };
}

interface Attempt {
  readonly number: number;
  readonly startedAt: Date;
  readonly stoppedAt: Date;
  readonly isFailed: boolean;
  readonly failure: string;
}

/** Attempts that are over and did start. One that is running is not among those that AWS lists. */
function attemptsOf(job: JobDetail, isFinal: boolean): Attempt[] {
  const listed = job.attempts ?? [];
  const isFailedJob = job.status === 'FAILED';
  const [start, stop] = [time(job.startedAt), time(job.stoppedAt)];
  if (listed.length === 0 && isFinal && start !== null && stop !== null)
    return [
      {
        number: 1,
        startedAt: start,
        stoppedAt: stop,
        isFailed: isFailedJob,
        failure: isFailedJob ? failureOf(job) : '',
      },
    ];
  return listed.flatMap((each, place) => {
    const [startedAt, stoppedAt] = [time(each.startedAt), time(each.stoppedAt)];
    if (startedAt === null || stoppedAt === null || stoppedAt < startedAt) return [];
    // All but the last one were followed by another: they failed, whatever their exit code is.
    const isLast = place === listed.length - 1;
    const isFailed = !isLast || (isFinal ? isFailedJob : (each.container?.exitCode ?? 1) !== 0);
    return [{ number: place + 1, startedAt, stoppedAt, isFailed, failure: isFailed ? reasonOf(each) : '' }];
  });
}

function failureOf(job: JobDetail): string {
  if (job.isTerminated === true || job.isCancelled === true) return 'stopped';
  const last = job.attempts?.at(-1);
  return reasonOf({ ...last, statusReason: `${job.statusReason ?? ''} ${last?.statusReason ?? ''}` });
}

/** Why an attempt failed, in one word. Texts of AWS are not kept: anything may be in them. */
function reasonOf(attempt: AttemptDetail): string {
  const text = `${attempt.statusReason ?? ''} ${attempt.container?.reason ?? ''}`;
  const exitCode = attempt.container?.exitCode;
  if (/^\s*Host EC2/iu.test(text)) return 'host lost';
  if (/OutOfMemory/iu.test(text)) return 'out of memory';
  if (/timeout|duration exceeded/iu.test(text)) return 'timeout';
  if (/CannotPull|ImagePull/iu.test(text)) return 'image';
  if (/Dependent Job/iu.test(text)) return 'dependency';
  return exitCode === undefined ? 'other' : exitCode === 0 ? 'other' : 'exit code';
}

function submitterOf(job: JobDetail, { config, pseudonymiser, isForgotten }: DecodeOptions): Row {
  const environment = job.container?.environment?.find(({ name }) => name === config.submitter_environment)?.value;
  const sources: readonly (readonly [string, string | undefined])[] = [
    ['tag', config.submitter_tag === '' ? undefined : job.tags?.[config.submitter_tag]],
    ['environment', config.submitter_environment === '' ? undefined : environment],
    ['share', config.submitter_share ? job.shareIdentifier : undefined],
  ];
  for (const [basis, value] of sources) {
    const person = value === undefined ? '' : pseudonymiser.person(value);
    if (person !== '') return { person: isForgotten(person) ? null : person, submitter_basis: basis };
  }
  return { person: null, submitter_basis: 'none' };
}

/** `parent:7` is a child of an array job. */
function arrayParent(id: string): readonly [string | null, number | null] {
  const match = /^(.+):(\d+)$/.exec(id);
  return match ? [match[1] ?? null, Number(match[2])] : [null, null];
}

function definitionOf(arn: string | undefined): { readonly name: string; readonly revision: number | null } {
  const [name = '', revision] = lastPart(arn).split(':');
  return { name, revision: revision === undefined ? null : Number(revision) };
}

function lastPart(arn: string | undefined): string {
  return arn?.slice(arn.lastIndexOf('/') + 1) ?? '';
}

function time(ms: number | undefined): Date | null {
  return ms !== undefined && Number.isFinite(ms) && ms > 0 ? new Date(ms) : null;
}
