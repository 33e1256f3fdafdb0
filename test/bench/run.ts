/**
 * `npm run bench` runs all suites, `npm run bench -- remote-write` one; `--quick` measures less, `--scale 0.1` over less (suites
 * that load data of their own), `--views a,b` only these views, `--keep directory` what was loaded for the next run. Every suite is a module with `run()`.
 */
import { parseArgs } from 'node:util';

interface Options {
  readonly quick: boolean;
  readonly scale?: number;
  readonly views?: readonly string[];
  readonly keep?: string;
}

const suites: Readonly<Record<string, () => Promise<{ run: (options: Options) => Promise<void> }>>> = {
  'remote-write': () => import('./remote-write/index.ts'),
  marts: () => import('./marts/roll-up.ts'),
  grafana: () => import('./grafana/index.ts'),
  views: () => import('./views/index.ts'),
  connect: () => import('./connect/index.ts'),
  git: () => import('./git/index.ts'),
  'what-if': () => import('./what-if/index.ts'),
  'cost-import': () => import('./cost-import/index.ts'),
};

const { values, positionals } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    scale: { type: 'string' },
    views: { type: 'string' },
    keep: { type: 'string' },
  },
  allowPositionals: true,
});
const scale = values.scale === undefined ? undefined : Number(values.scale);
if (scale !== undefined && !(scale > 0 && scale <= 10)) {
  console.error(`--scale is "${String(values.scale)}"; a number such as 0.1 is needed`);
  process.exit(2);
}
for (const name of positionals.length > 0 ? positionals : Object.keys(suites)) {
  const suite = suites[name];
  if (suite === undefined) {
    console.error(`there is no suite "${name}"; there are: ${Object.keys(suites).join(', ')}`);
    process.exit(2);
  }
  console.log(`== ${name}`);
  await (
    await suite()
  ).run({
    quick: values.quick,
    ...(scale === undefined ? {} : { scale }),
    ...(values.views === undefined ? {} : { views: values.views.split(',') }),
    ...(values.keep === undefined ? {} : { keep: values.keep }),
  });
}
