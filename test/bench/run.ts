/** `npm run bench` runs all suites, `npm run bench -- remote-write` one; `--quick` measures less. Every suite is a module with `run()`. */
const suites: Readonly<Record<string, () => Promise<{ run: (options: { quick: boolean }) => Promise<void> }>>> = {
  'remote-write': () => import('./remote-write/index.ts'),
};

const quick = process.argv.includes('--quick');
const asked = process.argv.slice(2).filter((argument) => argument !== '--quick');
for (const name of asked.length > 0 ? asked : Object.keys(suites)) {
  const suite = suites[name];
  if (suite === undefined) {
    console.error(`there is no suite "${name}"; there are: ${Object.keys(suites).join(', ')}`);
    process.exit(2);
  }
  console.log(`== ${name}`);
  await (await suite()).run({ quick });
}
