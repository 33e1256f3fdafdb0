import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LockFileKind } from './model.ts';
import { lockFileKind, mostLockFileBytes, parseLockFile } from './parse.ts';

const read = (kind: LockFileKind, text: string) => parseLockFile(kind, new TextEncoder().encode(text));
/** `name version|constraint source`. */
const short = (kind: LockFileKind, text: string): string[] =>
  read(kind, text).packages.map(({ name, version, constraint, source }) =>
    [name, version ?? `(${constraint ?? 'any'})`, source].join(' '),
  );

const renv = JSON.stringify({
  R: { Version: '4.4.1', Repositories: [{ Name: 'CRAN', URL: 'https://ppm.example.com/cran/2026-09-01' }] },
  Python: { Name: './renv/python', Type: 'virtualenv', Version: '3.12.6' },
  Packages: {
    dplyr: {
      Package: 'dplyr',
      Version: '1.1.4',
      Source: 'Repository',
      Repository: 'CRAN',
      Requirements: ['R'],
      Hash: 'x',
    },
    nlme: {
      Package: 'nlme',
      Version: '3.1-166',
      Source: 'Repository',
      'Authors@R': 'c(person("Kim", "Meier", email = "kim@example.com"))',
      Repository: 'https://bot:s3cret@ppm.example.com/internal/latest?token=1',
    },
    odd: { Package: 'odd', Version: '1.1.1-1.1', Source: 'Bioconductor' },
    rtables: {
      Package: 'rtables',
      Version: '0.6.9',
      Source: 'GitHub',
      RemoteHost: 'github.example.com',
      RemoteUsername: 'meierk',
    },
    damaged: { Package: 'damaged' },
    'no name!': 'text',
  },
});

describe('renv.lock', () => {
  it('is read in both styles, without people and credentials', () => {
    const file = read('renv.lock', renv);
    expect(file).toMatchObject({ status: 'ok', rVersion: '4.4.1', pythonVersion: '3.12.6', skipped: 2 });
    expect(short('renv.lock', renv)).toEqual([
      'dplyr 1.1.4 cran',
      'nlme 3.1-166 cran',
      'odd 1.1.1-1.1 bioconductor',
      'rtables 0.6.9 github',
    ]);
    expect(file.packages.map(({ repository }) => repository)).toEqual([
      'CRAN',
      'https://ppm.example.com/internal/latest',
      null,
      'github.example.com',
    ]);
    expect(JSON.stringify(file)).not.toMatch(/meier|s3cret|token/i);
  });

  it('may begin with a byte order mark', () => {
    expect(read('renv.lock', `\uFEFF${renv}`).packages).toHaveLength(4);
  });

  it.each([
    ['', /JSON/],
    ['[]', /R.Version/],
    ['{"R":{}}', /R.Version/],
    ['{"R":{"Version":4}}', /R.Version/],
    ['{"R":{"Version":"4.4.1"},"Packages":[]}', /Packages/],
    [renv.slice(0, -20), /JSON/],
    [`<<<<<<< HEAD\n${renv}\n=======\n${renv}\n>>>>>>> main\n`, /merge conflict/],
  ])('%j is not one', (text, problem) => {
    const file = read('renv.lock', text);
    expect(file).toMatchObject({ status: 'parse_error', packages: [] });
    expect(file.problem).toMatch(problem);
  });
});

describe('requirements.txt', () => {
  it.each([
    ['numpy==1.26.4', ['numpy 1.26.4 pypi']],
    ['Flask_SQLAlchemy.Ext == 3.1  # pinned', ['flask-sqlalchemy-ext 3.1 pypi']],
    ['pandas>=2,<3 ; python_version >= "3.9"', ['pandas (>=2,<3) pypi']],
    ['pandas==2.*', ['pandas (==2.*) pypi']],
    ['scipy===1.0+local.1', ['scipy 1.0+local.1 pypi']],
    ['uvicorn[standard]~=0.30', ['uvicorn (~=0.30) pypi']],
    ['requests', ['requests (any) pypi']],
    ['a==1 \\\n  --hash=sha256:abc \\\n  --hash=sha256:def\nb==2', ['a 1 pypi', 'b 2 pypi']],
    ['tool @ https://u:p@host.example.com/tool-1.0.whl', ['tool (any) url']],
    ['-e git+https://git.example.com/x/y.git@main#egg=My_Pkg', ['my-pkg (any) git']],
    ['git+ssh://git@host.example.com/x.git#egg=thing', ['thing (any) git']],
    ['a==1\r\nA==1\r\n', ['a 1 pypi']],
    ['--index-url https://u:secret@pypi.example.com/simple\n# only\n\n', []],
  ])('%j', (text, expected) => {
    expect(short('requirements.txt', text)).toEqual(expected);
    expect(read('requirements.txt', text)).toMatchObject({ status: 'ok', skipped: 0 });
  });

  it.each(['-r other.txt', '-c constraints.txt', '-e .', '==1.0', 'two words', '{}', 'x'.repeat(5000)])(
    '%.20s is counted, not guessed',
    (text) => expect(read('requirements.txt', text)).toMatchObject({ status: 'ok', packages: [], skipped: 1 }),
  );

  it('may be UTF-16, as PowerShell writes it', () => {
    const bytes = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('numpy==1.26.4\r\n', 'utf16le')]);
    expect(parseLockFile('requirements.txt', bytes).packages).toMatchObject([{ name: 'numpy', version: '1.26.4' }]);
  });
});

describe('TOML', () => {
  it('pyproject.toml gives ranges', () => {
    const text = `[project]
name = "study"
requires-python = ">=3.11"
dependencies = ["numpy>=1.26", "polars==1.9.0", "x @ git+https://h.example.com/x"]
[project.optional-dependencies]
plots = ["matplotlib"]
[dependency-groups]
dev = ["pytest>8", {include-group = "lint"}]
lint = ["ruff"]
[tool.poetry.dependencies]
python = "^3.10"
pandas = "^2.2"
exact = "1.0.0"
own = { path = "../own" }
many = [{ version = "1.0", python = "<3.9" }, { version = "2.0" }]
[tool.poetry.group.docs.dependencies]
sphinx = "*"
`;
    expect(read('pyproject.toml', text)).toMatchObject({ status: 'ok', pythonRequires: '>=3.11', skipped: 0 });
    expect(short('pyproject.toml', text)).toEqual([
      'numpy (>=1.26) pypi',
      'polars 1.9.0 pypi',
      'x (any) git',
      'matplotlib (any) pypi',
      'pytest (>8) pypi',
      'ruff (any) pypi',
      'pandas (^2.2) pypi',
      'exact 1.0.0 pypi',
      'own (any) local',
      'many 1.0 pypi',
      'sphinx (any) pypi',
    ]);
  });

  it('uv.lock gives versions, without the project itself', () => {
    const text = `version = 1
requires-python = ">=3.12"
[[package]]
name = "study"
source = { editable = "." }
[[package]]
name = "numpy"
version = "2.1.0"
source = { registry = "https://u:p@pypi.example.com/simple" }
[[package]]
name = "numpy"
version = "1.26.4"
source = { registry = "https://pypi.org/simple" }
[[package]]
name = "own"
version = "0.1.0"
source = { git = "https://git.example.com/own?rev=1" }
[[package]]
name = "dynamic"
source = { registry = "https://pypi.org/simple" }
`;
    expect(short('uv.lock', text)).toEqual(['numpy 2.1.0 pypi', 'numpy 1.26.4 pypi', 'own 0.1.0 git']);
    const file = read('uv.lock', text);
    expect(file).toMatchObject({ pythonRequires: '>=3.12', skipped: 1 });
    expect(file.packages[0]?.repository).toBe('https://pypi.example.com/simple');
  });

  it('poetry.lock gives versions', () => {
    const text = `[[package]]
name = "Pandas"
version = "2.2.2"
[[package]]
name = "inner"
version = "1.0"
[package.source]
type = "legacy"
url = "https://ppm.example.com/python/latest/simple"
[[package]]
name = "forked"
version = "0.2"
[package.source]
type = "git"
url = "https://git.example.com/f.git"
[metadata]
python-versions = "^3.11"
`;
    expect(short('poetry.lock', text)).toEqual(['pandas 2.2.2 pypi', 'inner 1.0 pypi', 'forked 0.2 git']);
    expect(read('poetry.lock', text)).toMatchObject({ pythonRequires: '^3.11' });
  });

  it.each(['pyproject.toml', 'uv.lock', 'poetry.lock'] as const)('%s that is broken is told', (kind) => {
    expect(read(kind, '[[package]\nname=')).toMatchObject({ status: 'parse_error', problem: 'not TOML' });
    expect(read(kind, `a = ${'['.repeat(100_000)}`)).toMatchObject({ status: 'parse_error' });
  });

  it('package that is no list is told', () => {
    expect(read('uv.lock', 'package = 1')).toMatchObject({ status: 'parse_error' });
  });
});

describe('any file', () => {
  const kinds = ['renv.lock', 'requirements.txt', 'pyproject.toml', 'uv.lock', 'poetry.lock'] as const;

  it.each(kinds)('%s that is too large, or in Git LFS, is told', (kind) => {
    expect(parseLockFile(kind, new Uint8Array(mostLockFileBytes + 1)).status).toBe('too_large');
    expect(read(kind, 'version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 12\n').status).toBe(
      'lfs_pointer',
    );
  });

  it('with more packages than anybody has is too large', () => {
    const text = Array.from({ length: 20_001 }, (_, index) => `p${index}==1`).join('\n');
    expect(read('requirements.txt', text).status).toBe('too_large');
  });

  it('never throws', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...kinds),
        fc.oneof(fc.json(), fc.string(), fc.string({ unit: 'binary' })),
        (kind, text) => {
          expect(['ok', 'parse_error', 'too_large', 'lfs_pointer']).toContain(read(kind, text).status);
        },
      ),
      { numRuns: 100 },
    );
  });

  it.each([
    ['renv.lock', 'renv.lock'],
    ['analysis/renv.lock', 'renv.lock'],
    ['requirements-dev.txt', 'requirements.txt'],
    ['requirements/base.txt', 'requirements.txt'],
    ['sub/pyproject.toml', 'pyproject.toml'],
    ['requirements.txt.bak', null],
    ['my-renv.lock', null],
    ['renv/library/x/renv.lock', null],
    ['.venv/lib/site-packages/x/pyproject.toml', null],
    ['toString', null],
  ])('%s is of kind %s', (path, kind) => expect(lockFileKind(path)).toBe(kind));
});
