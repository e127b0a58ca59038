// Rules of the source: who may import whom, and what a result's path never does.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

interface Source {
  readonly path: string;
  readonly text: string;
}

function sourcesIn(folders: readonly string[]): Source[] {
  return folders
    .flatMap((folder) =>
      readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)),
    )
    .filter((path) => path.endsWith('.ts'))
    .sort()
    .map((path) => ({ path, text: readFileSync(join(ROOT, path), 'utf8') }));
}

const SOURCES: readonly Source[] = sourcesIn(['harness', 'methods', 'datasets']);

/** What each part may import at run time beside itself. Types may come from anywhere: they are gone when it runs. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  'harness/random': [],
  'harness/metrics': [],
  'harness/stats': ['harness/metrics', 'harness/random'],
  'harness/tensor': ['harness/contracts/input-error.ts'],
  'harness/contracts': ['harness/metrics'],
  'harness/formats': ['harness/contracts'],
  'harness/records': ['harness/contracts', 'harness/formats', 'harness/metrics'],
  'harness/hub': ['harness/contracts', 'harness/formats', 'harness/records'],
  'harness/study': ['harness/contracts', 'harness/formats', 'harness/records', 'harness/random'],
  'harness/models': ['harness/contracts', 'harness/tensor', 'harness/formats', 'harness/random'],
  'harness/protocols': ['harness/contracts'],
  'harness/training': [
    ...['harness/contracts', 'harness/tensor', 'harness/models', 'harness/metrics', 'harness/random'],
    'harness/protocols',
  ],
  'harness/claims': ['harness/contracts', 'harness/formats', 'harness/records', 'harness/stats'],
  'harness/audit': ['harness/contracts', 'harness/records'],
  'harness/cost': ['harness/contracts', 'harness/models/batch.ts', 'harness/models/count.ts', 'harness/records'],
  'harness/report': ['harness/audit', 'harness/claims', 'harness/contracts', 'harness/records', 'harness/stats'],
  methods: ['harness/contracts', 'harness/tensor', 'harness/models/count.ts'],
  datasets: ['harness/contracts', 'harness/formats', 'harness/metrics'],
};

/** Everything: it puts the parts together. */
const UNLIMITED = 'harness/cli';

function partOf(path: string): string {
  return path.startsWith('harness/') ? path.split('/').slice(0, 2).join('/') : (path.split('/')[0] ?? '');
}

/** Modules that a file loads when it runs: imports and exports from, bare, dynamic and required; not `import type`. */
function loads(text: string): string[] {
  const calls = [...text.matchAll(/\b(?:import|require|createRequire\([^)]*\))\(\s*'([^']+)'/g)];
  return [...loadsAtOnce(text), ...calls.map((match) => match[1] as string)];
}

/** Of these, what is loaded as soon as the file is. */
function loadsAtOnce(text: string): string[] {
  const statements = text.matchAll(/^(?:import|export)\s+(?!type\b)(?:[^'";]*?\sfrom\s+)?'([^']+)'/gm);
  return [...statements].map((match) => match[1] as string);
}

const resolved = (path: string, module: string) =>
  module.startsWith('.') ? normalize(join(dirname(path), module)) : module;

/** Lines of code that match, without comments, as `path: line`. */
function linesMatching(pattern: RegExp, sources: readonly Source[]): string[] {
  return sources.flatMap(({ path, text }) =>
    text
      .split('\n')
      .map((line) => line.replace(/(^|\s)\/\/.*$/, ''))
      .filter((line) => pattern.test(line) && !/^\s*\*/.test(line))
      .map((line) => `${path}: ${line.trim()}`),
  );
}

it('reads imports of every form', () => {
  const text = [
    "import a from 'a';",
    "import { b,\n  type B } from 'b';",
    "import 'c';",
    "export * from 'd';",
    "const e = await import('e');",
    "const f = createRequire(import.meta.url)('f');",
    "import type { G } from 'g';",
    "export type { H } from 'h';",
  ].join('\n');
  expect(loads(text)).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
});

it('has a rule for every part', () => {
  const parts = new Set(SOURCES.map(({ path }) => partOf(path)));
  expect([...parts].sort()).toEqual([UNLIMITED, ...Object.keys(MAY_IMPORT)].sort());
});

describe.each(Object.entries(MAY_IMPORT))('%s', (part, allowed) => {
  it(`imports only itself${allowed.map((name) => `, ${name}`).join('')}`, () => {
    const forbidden = SOURCES.filter(({ path }) => partOf(path) === part).flatMap(({ path, text }) =>
      loads(text)
        .filter((module) => module.startsWith('.'))
        .map((module) => resolved(path, module))
        .filter((target) => ![part, ...allowed].some((name) => target === name || target.startsWith(`${name}/`)))
        .map((target) => `${path} imports ${target}`),
    );
    expect(forbidden).toEqual([]);
  });
});

it('lets no method import the file of another', () => {
  const shared = 'methods/shared/';
  const methods = SOURCES.filter(({ path }) => path.startsWith('methods/') && path !== 'methods/index.ts');
  const forbidden = methods.flatMap(({ path, text }) =>
    loads(text)
      .map((module) => resolved(path, module))
      .filter((target) => target.startsWith('methods/') && !target.startsWith(shared))
      .map((target) => `${path} imports ${target}`),
  );
  expect(forbidden).toEqual([]);
});

/** Files that import each other in a ring, each ring once; types count, as a reader follows them all the same. */
function circles(sources: readonly Source[]): string[] {
  const files = new Map(sources.map(({ path, text }) => [path, importsOf(path, text)]));
  const found: string[] = [];
  const done = new Set<string>();
  const walk = (path: string, way: readonly string[]): void => {
    const before = way.indexOf(path);
    if (before !== -1) found.push([...way.slice(before), path].join(' > '));
    if (before !== -1 || done.has(path)) return;
    for (const next of files.get(path) ?? []) walk(next, [...way, path]);
    done.add(path);
  };
  for (const path of files.keys()) walk(path, []);
  return found;
}

/** Imported whenever the file is, for its types too; what is imported when it is needed comes later. */
function importsOf(path: string, text: string): string[] {
  const statements = text.matchAll(/^(?:import|export)\s+(?:[^'";]*?\sfrom\s+)?'(\.[^']+)'/gm);
  return [...statements].map((match) => resolved(path, match[1] as string));
}

it('finds files that import each other', () => {
  const ring = [
    { path: 'a.ts', text: "import { b } from './b.ts';" },
    { path: 'b.ts', text: "export type { C } from './c.ts';" },
    { path: 'c.ts', text: "import type { A } from './a.ts';\nimport './d.ts';" },
    { path: 'd.ts', text: '' },
  ];
  expect(circles(ring)).toEqual(['a.ts > b.ts > c.ts > a.ts']);
});

it('has no files that import each other', () => {
  expect(circles([...SOURCES, ...sourcesIn(['scripts', 'test'])])).toEqual([]);
});

it('starts the command line without what computes, draws or downloads: no command waits for what it does not use', () => {
  const texts = new Map(SOURCES.map(({ path, text }) => [path, text]));
  const loaded = new Set(['harness/cli/program.ts']);
  for (const path of loaded) {
    for (const module of loadsAtOnce(texts.get(path) ?? '')) loaded.add(resolved(path, module));
  }
  expect(loaded.size).toBeGreaterThan(100);
  const late =
    /^(harness\/(tensor\/index|report\/figures)|@tensorflow|onnxruntime|@observablehq|linkedom|@huggingface\/hub)/;
  expect([...loaded].filter((name) => late.test(name))).toEqual([]);
});

it('names the tensor libraries in harness/tensor only', () => {
  const named = SOURCES.filter(({ text }) => loads(text).some((module) => /^(onnxruntime|@tensorflow\/)/.test(module)));
  expect(named.length).toBeGreaterThan(0);
  expect(named.map(({ path }) => path).filter((path) => partOf(path) !== 'harness/tensor')).toEqual([]);
});

it('sets exit codes in harness/cli only', () => {
  const pattern = /process\.(exit\b|exitCode|abort)/;
  const [cli, others] = [SOURCES.filter(isCli), SOURCES.filter((source) => !isCli(source))];
  expect(linesMatching(pattern, cli).length).toBeGreaterThan(0);
  expect(linesMatching(pattern, others)).toEqual([]);
});

it('writes to a terminal where what it would obey is taken out', () => {
  const pattern = /\b(?:stderr|stdout|stream)\.write\(/;
  const writers = new Set(linesMatching(pattern, SOURCES).map((line) => line.split(': ')[0]));
  expect([...writers]).toEqual(['harness/cli/display/region.ts', 'harness/cli/output.ts', 'harness/cli/program.ts']);
});

it('draws no unseeded number, and reads the clock of the day in harness/cli only', () => {
  expect(linesMatching(/Math\.random|randomUUID|randomBytes|getRandomValues/, SOURCES)).toEqual([]);
  const clock = /Date\.now|new Date\b/;
  expect(
    linesMatching(
      clock,
      SOURCES.filter((source) => !isCli(source)),
    ),
  ).toEqual([]);
});

it('commits what package.json lists as commands with the run bit, which npm would set and a record call a change', () => {
  const { bin }: { bin: Record<string, string> } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const { status, stdout } = spawnSync('git', ['-C', ROOT, 'ls-files', '--stage', ...Object.values(bin)], {
    encoding: 'utf8',
  });
  // Outside a checkout there is the file alone.
  const modes = status === 0 ? stdout.trim().split('\n') : Object.values(bin).map(modeOf);
  expect(modes).toHaveLength(Object.keys(bin).length);
  for (const mode of modes) expect(mode).toMatch(/^100755/);
});

function modeOf(path: string): string {
  return statSync(join(ROOT, path)).mode.toString(8);
}

function isCli({ path }: Source): boolean {
  return partOf(path) === UNLIMITED;
}
