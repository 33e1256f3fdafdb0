import { hashKey } from '../../warehouse/hash-key.ts';
import { readSql } from '../../warehouse/sql.ts';
import type { Row } from '../../warehouse/warehouse.ts';
import type { PollOutcome, PollRun, SourceContext } from '../source.ts';
import { openPackageManager, type PackageManagerClient } from './client.ts';
import type { PackageServer } from './config.ts';
import { parseRIndex, type PackageRepository, type ServerStatus } from './decode.ts';

const sql = {
  stored: readSql(import.meta.url, 'stored.sql'),
  storedServer: readSql(import.meta.url, 'stored-server.sql'),
  pythonInUse: readSql(import.meta.url, 'python-in-use.sql'),
};
const dayMs = 86_400_000;
/** Rows of one write. */
const perWrite = 5000;

interface Offer {
  readonly repository: string;
  readonly language: string;
  readonly package: string;
  readonly version: string;
  readonly is_internal: boolean;
  readonly is_deleted: boolean;
}

interface Found {
  readonly offers: Offer[];
  /** Repositories whose whole list was read: what is stored and not in it is gone. */
  readonly whole: Set<string>;
  /** Packages that were asked for and are not there. */
  readonly absent: Set<string>;
  readonly capabilities: string[];
}

/** One poll of one server. Everything is read before anything is written: a failure leaves the tables as they were. */
export async function pollPackageManager(
  server: PackageServer,
  run: PollRun,
  { warehouse }: SourceContext,
): Promise<PollOutcome> {
  const client = await openPackageManager(server, run.signal);
  try {
    const { reader, writer } = warehouse;
    const status = await client.status();
    const names = await reader.rows<{ package: string }>(sql.pythonInUse, [server.python_packages]);
    const found = await readOffers(
      client,
      names.map((row) => pythonName(row.package)),
      run,
    );
    const [stored, storedServer] = await Promise.all([
      reader.rows<Offer>(sql.stored, [server.name]),
      reader.rows<{ row_hash: number | bigint }>(sql.storedServer, [server.name]),
    ]);
    const rows = changes(stored, found).map((offer): Row => ({
      timestamp: new Date(Math.floor(run.startedAt.getTime() / dayMs) * dayMs),
      server: server.name,
      ...offer,
    }));
    for (let from = 0; from < rows.length; from += perWrite)
      await writer.write([{ table: 'package_registry', rows: rows.slice(from, from + perWrite) }]);
    const own = serverRow(server, status, found.capabilities);
    const isNew = String(storedServer[0]?.row_hash ?? '') !== String(own['row_hash']);
    if (isNew)
      await writer.write([
        {
          table: 'package_servers',
          rows: [{ timestamp: new Date(Math.floor(run.startedAt.getTime() / dayMs) * dayMs), ...own }],
        },
      ]);
    run.log.info({ requests: client.requests, capabilities: found.capabilities }, 'Package Manager was read');
    return {
      state: null,
      rowsRead: found.offers.length,
      rowsWritten: rows.length + (isNew ? 1 : 0),
      complete: found.capabilities.includes('repos'),
    };
  } finally {
    await client.close();
  }
}

async function readOffers(client: PackageManagerClient, python: readonly string[], run: PollRun): Promise<Found> {
  const found: Found = { offers: [], whole: new Set(), absent: new Set(), capabilities: ['status'] };
  const can = (what: string): void => {
    if (!found.capabilities.includes(what)) found.capabilities.push(what);
  };
  const repositories = await client.repositories();
  if (repositories !== null) can('repos');
  for (const [index, repository] of (repositories ?? []).entries()) {
    const internal = await internalPackages(client, repository, can);
    if (repository.language === 'r') await readR(client, repository, internal, found);
    if (repository.language === 'python') await readPython(client, repository, internal, python, found, can);
    run.progress(index + 1, repositories?.length ?? null, 'repositories');
    run.signal.throwIfAborted();
  }
  if (await client.hasDownloads()) can('downloads');
  return found;
}

/** Packages of the organisation's own sources of a repository, with their versions. */
async function internalPackages(
  client: PackageManagerClient,
  repository: PackageRepository,
  can: (what: string) => void,
): Promise<Map<string, string>> {
  const names = new Map<string, string>();
  const sources = await client.sources(repository.id);
  if (sources !== null) can('sources');
  for (const source of sources ?? []) {
    if (!source.isInternal) continue;
    const packages = await client.packagesOfSource(source.id);
    if (packages !== null) can('packages');
    for (const { name, version } of packages ?? [])
      names.set(repository.language === 'python' ? pythonName(name) : name, version);
  }
  return names;
}

async function readR(
  client: PackageManagerClient,
  { name }: PackageRepository,
  internal: ReadonlyMap<string, string>,
  { offers, whole }: Found,
): Promise<void> {
  const index = await client.rIndex(name);
  const listed = new Map(internal);
  if (index !== null) {
    whole.add(`${name} r`);
    for (const each of parseRIndex(index)) listed.set(each.name, each.version);
  }
  for (const [packageName, version] of listed)
    offers.push(offer(name, 'r', packageName, version, internal.has(packageName)));
}

/** PyPI has half a million packages: those in use are asked for, one by one. */
async function readPython(
  client: PackageManagerClient,
  { id, name }: PackageRepository,
  internal: ReadonlyMap<string, string>,
  inUse: readonly string[],
  { offers, absent }: Found,
  can: (what: string) => void,
): Promise<void> {
  for (const [packageName, version] of internal) offers.push(offer(name, 'python', packageName, version, true));
  const asked = inUse.filter((packageName) => !internal.has(packageName));
  const answers = await Promise.all(asked.map((packageName) => client.newestOf(id, packageName)));
  for (const [index, packageName] of asked.entries()) {
    const version = answers[index] ?? null;
    if (version === null) absent.add(`${name} python ${packageName}`);
    else {
      can('package');
      offers.push(offer(name, 'python', packageName, version, false));
    }
  }
}

function changes(stored: readonly Offer[], { offers, whole, absent }: Found): Offer[] {
  const keyOf = (row: Offer): string => `${row.repository} ${row.language} ${row.package}`;
  const before = new Map(stored.map((row) => [keyOf(row), row]));
  const listed = new Set(offers.map(keyOf));
  const changed = offers.filter((row) => {
    const known = before.get(keyOf(row));
    return (
      known === undefined || known.is_deleted || known.version !== row.version || known.is_internal !== row.is_internal
    );
  });
  const gone = stored
    .filter((row) => !row.is_deleted && !listed.has(keyOf(row)))
    .filter((row) => whole.has(`${row.repository} ${row.language}`) || absent.has(keyOf(row)))
    .map((row) => ({ ...row, is_deleted: true }));
  return [...changed, ...gone];
}

function offer(repository: string, language: string, name: string, version: string, isInternal: boolean): Offer {
  return { repository, language, package: name, version, is_internal: isInternal, is_deleted: false };
}

function serverRow(server: PackageServer, { version, rVersions }: ServerStatus, capabilities: readonly string[]): Row {
  const row = {
    server: server.name,
    version,
    r_versions: rVersions === null ? null : JSON.stringify(rVersions),
    capabilities: JSON.stringify([...capabilities].sort()),
  };
  return { ...row, row_hash: hashKey(JSON.stringify(row)) };
}

/** As PEP 503 has it, and as lock files are stored. */
function pythonName(name: string): string {
  return name.toLowerCase().replaceAll(/[-_.]+/gu, '-');
}
