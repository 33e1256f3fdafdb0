import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cp, mkdir, readFile, readdir, rename, rm, stat } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';

const repository = fileURLToPath(new URL('../../../', import.meta.url));
const plugin = join(repository, 'grafana-plugin');
const browser = fileURLToPath(new URL('browser/', import.meta.url));
const cache = join(repository, '.cache/grafana-harness');

/**
 * The built frontend of the plugin, in a folder that changes when its sources do. Builds it when nobody has. With
 * SCE_PLUGIN_DIST: that folder, such as an unpacked release.
 */
export async function builtPlugin(): Promise<string> {
  const given = process.env['SCE_PLUGIN_DIST'];
  if (given) return given;
  return cached('plugin', [join(plugin, 'src'), join(plugin, '.config'), ...pluginFiles], async (folder) => {
    run('npm', ['run', 'build', '--silent'], plugin);
    await cp(join(plugin, 'dist'), folder, { recursive: true, filter: (path) => !/gpx_|\.map$/.test(path) });
  });
}

const pluginFiles = ['package.json', 'tsconfig.json', 'webpack.config.ts'].map((name) => join(plugin, name));

/** The page that stands in for Grafana: the real @grafana packages and React, in one script. */
export function builtHost(): Promise<string> {
  return cached('host', [browser, join(repository, 'package-lock.json')], async (folder) => {
    const ui = createRequire(createRequire(import.meta.url).resolve('@grafana/ui'));
    const runtime = dirname(createRequire(import.meta.url).resolve('@grafana/runtime/package.json'));
    await build({
      entryPoints: [join(browser, 'main.tsx')],
      outfile: join(folder, 'host.js'),
      bundle: true,
      format: 'esm',
      platform: 'browser',
      target: 'chrome120',
      jsx: 'automatic',
      minify: true,
      logLevel: 'error',
      define: { 'process.env.NODE_ENV': '"production"', global: 'globalThis' },
      plugins: [withoutMonaco],
      alias: {
        // One router for the page and for the links of @grafana/ui.
        'grafana-internal/router': dirname(ui.resolve('react-router-dom/package.json')),
        'react-router-dom': dirname(ui.resolve('react-router-dom/package.json')),
        'react-router-dom-v5-compat': dirname(ui.resolve('react-router-dom-v5-compat/package.json')),
        'grafana-internal/plugin-page': join(runtime, 'dist/esm/components/PluginPage.mjs'),
        'grafana-internal/panel-data-error-view': join(runtime, 'dist/esm/components/PanelDataErrorView.mjs'),
      },
    });
  });
}

/** Nothing of the plugin is written in Grafana's code editor, which is a third of the packages. */
const withoutMonaco: Plugin = {
  name: 'without-monaco',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^monaco-editor/ }, ({ path }) => ({ path, namespace: 'absent' }));
    onLoad({ filter: /.*/, namespace: 'absent' }, () => ({ contents: 'module.exports = {}' }));
  },
};

/** Icons of @grafana/ui, which components fetch one by one. */
export function iconFolder(): string {
  return join(dirname(createRequire(import.meta.url).resolve('@grafana/ui/package.json')), 'dist/public/img/icons');
}

/** Runs `make` at most once per content of `inputs`, also when several processes ask at the same time. */
export async function cached(
  name: string,
  inputs: readonly string[],
  make: (folder: string) => Promise<void>,
): Promise<string> {
  const folder = join(cache, `${name}-${await hashOf(inputs)}`);
  if (existsSync(folder)) return folder;
  await mkdir(cache, { recursive: true });
  const lock = join(cache, `${name}.lock`);
  await acquire(lock);
  try {
    // Again: somebody may have built it while this process waited.
    const now = join(cache, `${name}-${await hashOf(inputs)}`);
    if (existsSync(now)) return now;
    const unfinished = `${now}.unfinished`;
    await rm(unfinished, { recursive: true, force: true });
    await mkdir(unfinished);
    await make(unfinished);
    for (const old of await readdir(cache))
      if (old.startsWith(`${name}-`) && join(cache, old) !== unfinished && (await isOld(join(cache, old))))
        await rm(join(cache, old), { recursive: true, force: true });
    await rename(unfinished, now);
    return now;
  } finally {
    await rm(lock, { recursive: true, force: true });
  }
}

/** Another run may still serve what was built a moment ago. */
async function isOld(folder: string): Promise<boolean> {
  return Date.now() - (await stat(folder)).mtimeMs > 86_400_000;
}

async function acquire(lock: string): Promise<void> {
  for (;;) {
    try {
      await mkdir(lock);
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    // A process that was killed leaves its lock behind; no build takes ten minutes.
    const age = Date.now() - (await stat(lock).catch(() => ({ mtimeMs: Date.now() }))).mtimeMs;
    if (age > 600_000) await rm(lock, { recursive: true, force: true });
    await sleep(250);
  }
}

async function hashOf(inputs: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const input of inputs.filter((path) => existsSync(path))) {
    const entries = (await stat(input)).isDirectory()
      ? (await readdir(input, { recursive: true, withFileTypes: true }))
          .filter((entry) => entry.isFile() && !entry.name.endsWith('.test.ts'))
          .map((entry) => join(entry.parentPath, entry.name))
      : [input];
    for (const path of entries.sort()) hash.update(`${relative(repository, path)}\0`).update(await readFile(path));
  }
  return hash.digest('hex').slice(0, 16);
}

export function run(command: string, args: readonly string[], cwd: string, env: NodeJS.ProcessEnv = process.env): void {
  const result = spawnSync(command, args, { cwd, env, encoding: 'utf8' });
  if (result.status !== 0)
    throw new Error(
      `${command} ${args.join(' ')} failed:\n${result.stdout}\n${result.stderr}${String(result.error ?? '')}`,
    );
}
