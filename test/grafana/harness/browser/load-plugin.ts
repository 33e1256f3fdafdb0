import * as emotionCss from '@emotion/css';
import * as emotionReact from '@emotion/react';
import * as grafanaData from '@grafana/data';
import * as grafanaRuntime from '@grafana/runtime';
import * as grafanaUi from '@grafana/ui';
import * as lodash from 'lodash';
import * as React from 'react';
import * as jsxRuntime from 'react/jsx-runtime';
import * as ReactDom from 'react-dom';
import * as reactRouter from 'react-router-dom-v5-compat';
import * as rxjs from 'rxjs';

/** What Grafana hands to every plugin under these names (`.config/bundler/externals.ts`). */
const shared: Readonly<Record<string, unknown>> = {
  '@emotion/css': emotionCss,
  '@emotion/react': emotionReact,
  '@grafana/data': grafanaData,
  '@grafana/runtime': grafanaRuntime,
  '@grafana/ui': grafanaUi,
  lodash,
  react: React,
  'react/jsx-runtime': jsxRuntime,
  'react-dom': ReactDom,
  'react-router': reactRouter,
  rxjs,
};

type Factory = (...dependencies: unknown[]) => unknown;
interface Definition {
  readonly names: readonly string[];
  readonly factory: Factory;
}

let last: Definition | null = null;

declare global {
  interface Window {
    define: unknown;
  }
}

// What webpack's output.library.type 'amd' calls.
window.define = (...given: [...string[], readonly string[], Factory]) => {
  const factory = given.at(-1) as Factory;
  const names = given.at(-2) as readonly string[] | undefined;
  last = { names: Array.isArray(names) ? names : [], factory };
};

const loaded = new Map<string, Promise<unknown>>();

/** Loads `/public/plugins/<path>/module.js` of the built plugin, as Grafana's SystemJS does. Returns its export `plugin`. */
export function loadPlugin<T>(path: string): Promise<T> {
  const uri = `/public/plugins/${path}/module.js`;
  const found = loaded.get(uri) ?? evaluate(uri);
  loaded.set(uri, found);
  return found as Promise<T>;
}

async function evaluate(uri: string): Promise<unknown> {
  const { names, factory } = await fetchDefinition(uri);
  const exports: Record<string, unknown> = {};
  const dependencies = names.map((name) => {
    if (name === 'exports') return exports;
    if (name === 'module') return { id: uri, uri };
    if (!(name in shared)) throw new Error(`${uri} wants "${name}", which the harness does not provide`);
    return shared[name];
  });
  const result = (factory(...dependencies) ?? exports) as { plugin?: unknown };
  if (result.plugin === undefined) throw new Error(`${uri} exports no plugin`);
  return result.plugin;
}

function fetchDefinition(uri: string): Promise<Definition> {
  return new Promise((resolve, reject) => {
    const script = document.createElement('script');
    script.src = uri;
    script.onload = () => {
      if (last === null) reject(new Error(`${uri} defined nothing`));
      else resolve(last);
      last = null;
    };
    script.onerror = () => reject(new Error(`${uri} could not be loaded`));
    document.head.append(script);
  });
}
