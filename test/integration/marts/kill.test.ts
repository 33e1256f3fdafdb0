import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { parseFileConfig, type Config } from '../../../ingestor/src/config.ts';
import { MartRunner } from '../../../ingestor/src/warehouse/marts/runner.ts';
import { containerSamples, nodeSamples, storeRaw, type RawSample } from '../../bench/marts/raw.ts';
import { Child } from '../../support/child.ts';
import { useWarehouse } from '../../support/warehouse.ts';
import { martRows } from './snapshot.ts';

const config = parseFileConfig({ organisation: { time_zone: 'Europe/Berlin' } }, 'test') as Config;
const script = fileURLToPath(new URL('killed-run.ts', import.meta.url));
const at = (text: string): Date => new Date(`2026-03-${text}Z`);

/** Over a midnight, so that a run has several windows and days. */
function samples(): RawSample[] {
  return [
    ...nodeSamples('node-1', 64, 256, at('02T22:00:00'), at('03T02:00:00'), 60),
    ...[1, 2, 3].flatMap((index) =>
      containerSamples({
        pod: `p${index}`,
        uid: `u${index}`,
        from: at(`02T22:0${index}:00`),
        to: index === 2 ? at('03T00:30:00') : at('03T02:00:00'),
        requestCores: 4,
        cores: () => index,
        stepSeconds: 60,
        annotations: { annotation_hub_jupyter_org_username: `u_${index}` },
      }),
    ),
  ];
}

it('a roll-up killed at any statement and run again is the same as one that was not', async () => {
  const undisturbed = await useWarehouse();
  await storeRaw(undisturbed, samples());
  await new MartRunner({ warehouse: undisturbed, config }).run();
  const expected = await martRows(undisturbed);

  const warehouse = await useWarehouse();
  await storeRaw(warehouse, samples());
  const outcomes: string[] = [];
  // Before the first rows, between five minutes and hours, in the second window, and among the days of people.
  for (const killAt of [8, 13, 16, 25, 32]) {
    const child = new Child(process.execPath, ['--import', 'tsx', script], {
      env: {
        PATH: process.env['PATH'],
        SCE_TEST_QUESTDB: JSON.stringify(warehouse.connection),
        SCE_TEST_KILL_AT: String(killAt),
      },
    });
    outcomes.push(await child.ended);
    if (outcomes.at(-1) !== 'SIGKILL') throw new Error(child.output);
  }
  expect(outcomes).toEqual(outcomes.map(() => 'SIGKILL'));
  expect(await martRows(warehouse)).not.toEqual(expected);
  await new MartRunner({ warehouse, config }).run();
  expect(await martRows(warehouse)).toEqual(expected);
}, 240_000);
