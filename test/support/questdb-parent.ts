import { EmbeddedQuestdb } from '../../ingestor/src/warehouse/questdb.ts';

// Stands for an ingestor that is killed: starts a QuestDB, says its pid and stays until it is ended.
const [dataDir] = process.argv.slice(2);
if (dataDir === undefined) throw new Error('usage: questdb-parent <data directory>');
const questdb = await EmbeddedQuestdb.start({ dataDir, httpPort: 0, pgPort: 0, heapMb: 256 });
process.stdout.write(`${questdb.pid}\n`);
setInterval(() => undefined, 1_000);
