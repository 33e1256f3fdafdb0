import { SceError } from '../errors.ts';

const causes: readonly (readonly [RegExp, string])[] = [
  [
    /no space left|disk.{0,20}full|could not (?:allocate|extend)|errno=28/i,
    'the disk is full; free some space or set SCE_DATA_DIR to another disk',
  ],
  [
    /cannot lock|could not lock|already (?:running|locked)/i,
    'another QuestDB uses the same data directory; stop it or set SCE_DATA_DIR',
  ],
  [
    /could not bind|address already in use|errno=98/i,
    'a port was taken meanwhile; set SCE_QUESTDB_HTTP_PORT and SCE_QUESTDB_PG_PORT',
  ],
  [
    /could not reserve enough space|outofmemory|insufficient memory|cannot allocate memory/i,
    'there is not enough memory; lower warehouse.heap_mb',
  ],
  [
    /could not mmap|errno=12/i,
    'the kernel allows too few memory maps; raise vm.max_map_count (sysctl -w vm.max_map_count=1048576)',
  ],
  [
    /permission denied|errno=13/i,
    'the data directory may not be written to; give this user the rights or set SCE_DATA_DIR',
  ],
];

/** Why the server did not start, from how it ended and what it printed. */
export function startFailure(how: string, output: string, logFile: string): SceError {
  const advice = causes.find(([pattern]) => pattern.test(output))?.[1];
  const lastLine = output.trim().split('\n').at(-1)?.slice(0, 300) ?? '';
  return new SceError(
    'SETUP',
    `QuestDB did not start (${how}): ${advice ?? (lastLine || 'it printed nothing')}. Its log is ${logFile}`,
    { details: { logFile } },
  );
}
