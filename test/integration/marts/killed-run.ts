/** A roll-up that ends itself with SIGKILL at its n-th statement. Environment: SCE_TEST_QUESTDB (JSON), SCE_TEST_KILL_AT. */
import { parseFileConfig, type Config } from '../../../ingestor/src/config.ts';
import type { QuestdbConnection } from '../../../ingestor/src/warehouse/connection.ts';
import { MartRunner } from '../../../ingestor/src/warehouse/marts/runner.ts';
import { QuestdbWarehouse } from '../../../ingestor/src/warehouse/questdb-warehouse.ts';

const connection = JSON.parse(process.env['SCE_TEST_QUESTDB'] ?? '') as QuestdbConnection;
const warehouse = new QuestdbWarehouse(connection, { queryTimeoutMs: 60_000 });
let left = Number(process.env['SCE_TEST_KILL_AT']);
const { reader } = warehouse;
const execute = reader.execute.bind(reader);
Object.assign(reader, {
  execute: async (...parameters: Parameters<typeof execute>) => {
    if (--left === 0) process.kill(process.pid, 'SIGKILL');
    await execute(...parameters);
  },
});
const config = parseFileConfig({ organisation: { time_zone: 'Europe/Berlin' } }, 'test') as Config;
await new MartRunner({ warehouse, config }).run();
process.stdout.write('ended by itself\n');
await warehouse.close();
