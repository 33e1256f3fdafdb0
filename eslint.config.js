import { readdirSync } from 'node:fs';
import eslint from '@eslint/js';
import { flatConfigs as importX } from 'eslint-plugin-import-x';
import reactHooks from 'eslint-plugin-react-hooks';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

const src = './ingestor/src';

/** `target` may import from `src` only what lies in `target` itself or in `allowed`. */
function onlyImports(target, allowed, message) {
  const inside = (path) => path === target || path.startsWith(`${target}/`);
  const blocked = readdirSync(src)
    .map((name) => `${src}/${name}`)
    .filter((path) => !inside(path) && !target.startsWith(`${path}/`))
    .filter((path) => !allowed.includes(path.slice(src.length + 1)));
  return blocked.map((from) => ({ target, from, message }));
}

const base = ['contract', 'errors.ts', 'config.ts', 'identity', 'metrics.ts', 'platform', 'version.ts'];

// A folder in sources/ is one source, but for the poller; files there and the poller serve all sources.
const inSources = readdirSync(`${src}/sources`, { withFileTypes: true });
const sources = inSources.filter((entry) => entry.isDirectory() && entry.name !== 'poller');
const shared = inSources
  .filter((entry) => !sources.includes(entry) && entry.name !== 'index.ts')
  .map(({ name }) => `./${name}`);

// Data flows one way, and so do imports: sources → warehouse ← views ← routes.
// app.ts, server.ts and cli put the parts together and may import all of them.
const boundaries = [
  ...onlyImports(`${src}/contract`, [], 'contract imports nothing else of the project'),
  ...onlyImports(`${src}/identity`, base, 'identity knows neither sources nor storage'),
  ...onlyImports(`${src}/warehouse`, base, 'the warehouse knows neither sources nor views'),
  ...onlyImports(`${src}/access`, [...base, 'views'], 'access decides who asks; it reads no data'),
  ...onlyImports(`${src}/views`, [...base, 'warehouse'], 'views read the warehouse only'),
  ...onlyImports(`${src}/routes`, [...base, 'warehouse', 'views', 'access'], 'routes never reach into a source'),
  ...onlyImports(`${src}/sources`, [...base, 'warehouse', 'access'], 'sources write to the warehouse only'),
  ...sources.map(({ name }) => ({
    target: `${src}/sources/${name}`,
    from: `${src}/sources`,
    except: [`./${name}`, ...shared],
    message: 'no source imports another',
  })),
];

export default defineConfig(
  {
    ignores: [
      'grafana-plugin/.config/',
      'grafana-plugin/webpack.config.ts',
      '**/dist/',
      '**/node_modules/',
      'data/',
      'test-results/',
      'coverage/',
      '.cache/',
    ],
  },
  eslint.configs.recommended,
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['**/*.{ts,tsx}'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    plugins: importX.typescript.plugins ?? {},
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      // Environment and JSON records are read by key; `env['SCE_HTTP_PORT']` shows that the name is data.
      '@typescript-eslint/dot-notation': ['error', { allowIndexSignaturePropertyAccess: true }],
      // An empty environment variable means "not set", so `||` on strings is wanted.
      '@typescript-eslint/prefer-nullish-coalescing': ['error', { ignorePrimitives: { string: true } }],
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true, allowNever: true },
      ],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      // A method that implements an asynchronous interface may have nothing to wait for.
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'separate-type-imports' }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/unbound-method': 'off',
      eqeqeq: ['error', 'always'],
    },
  },
  {
    // The hot path indexes typed arrays whose bounds it has just checked; a branch per read would cost what it is built to save.
    files: ['ingestor/src/sources/prometheus/**/*.ts'],
    rules: { '@typescript-eslint/no-non-null-assertion': 'off' },
  },
  {
    files: ['**/*.{ts,tsx}'],
    plugins: { 'import-x': importX.recommended.plugins['import-x'] },
    rules: {
      'import-x/no-default-export': 'error',
      'import-x/no-duplicates': 'error',
      'import-x/no-cycle': ['error', { ignoreExternal: true }],
      'import-x/no-restricted-paths': ['error', { zones: boundaries }],
    },
  },
  {
    files: ['ingestor/src/**/*.ts'],
    ignores: ['**/*.test.ts', '**/*.bench.ts', '**/test-*.ts'],
    rules: {
      'max-lines': ['error', { max: 400 }],
      'no-console': 'error',
    },
  },
  {
    // Tests say what they know about an answer; a wrong assertion fails there and then.
    files: ['**/*.test.ts', '**/*.bench.ts', 'test/**/*.ts'],
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
    },
  },
  {
    files: ['grafana-plugin/**/*.{ts,tsx}', 'test/grafana/harness/browser/**/*.{ts,tsx}'],
    plugins: { 'react-hooks': reactHooks },
    rules: {
      'react-hooks/rules-of-hooks': 'error',
      'react-hooks/exhaustive-deps': 'error',
    },
  },
  {
    // Grafana's side of the plugin: it hands over what is deprecated as well, and its packages leave some types open.
    files: ['test/grafana/harness/browser/**/*.{ts,tsx}'],
    rules: {
      '@typescript-eslint/no-deprecated': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-enum-assignment': 'off',
    },
  },
  {
    // What runs in the browser knows the ingestor by the types of its HTTP API, and by nothing else.
    files: ['grafana-plugin/src/**/*.{ts,tsx}'],
    ignores: ['**/*.test.ts'],
    rules: {
      'max-lines': ['error', { max: 400 }],
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              regex: '/ingestor/src/(?!contract/index\\.ts$)',
              message: 'the plugin imports types of the contract only',
            },
            { regex: '/ingestor/src/contract/', message: 'import type', allowTypeImports: true },
          ],
        },
      ],
    },
  },
  { files: ['**/*.config.ts'], rules: { 'import-x/no-default-export': 'off' } },
  {
    files: ['**/*.js'],
    languageOptions: { globals: { process: 'readonly', console: 'readonly', URL: 'readonly' } },
  },
);
