// tfjs-core's own test suite, which its package carries compiled, against a backend of ours.
// tsx scripts/conformance.ts [--backend onnx|cpu]; exits with 1 where a spec fails that test/conformance/declared.ts
// does not name, or one passes that it names.
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build, type Plugin } from 'esbuild';
import { nativePackages, ownLocations } from '../harness/cli/bundle-worker.ts';
import { InputError } from '../harness/contracts/input-error.ts';
import { DECLARED } from '../test/conformance/declared.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const BACKENDS = ['onnx', 'cpu'] as const;
type Backend = (typeof BACKENDS)[number];

/** What jasmine reports of a spec; the package has no types. */
interface SpecResult {
  readonly fullName: string;
  readonly status: 'passed' | 'failed' | 'pending' | 'excluded';
  readonly failedExpectations: readonly { readonly message: string }[];
}
interface Reporter {
  readonly specDone: (result: SpecResult) => void;
  readonly suiteDone: (result: SpecResult) => void;
}
interface Jasmine {
  exitOnCompletion: boolean;
  clearReporters(): void;
  addReporter(reporter: Reporter): void;
  randomizeTests(random: boolean): void;
  execute(files: readonly string[]): Promise<{ readonly overallStatus: string; readonly incompleteReason?: string }>;
}

/** The suite's entry. Chained ops, gradients and the environment come first: the specs are declared on import. */
const entry = (backend: Backend) => `
  import '@tensorflow/tfjs-core/dist/index.js';
  import '@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops.js';
  import '@tensorflow/tfjs-core/dist/register_all_gradients.js';
  import '@tensorflow/tfjs-backend-cpu/dist/index.js';
  import { setTestEnvs } from '@tensorflow/tfjs-core/dist/jasmine_util.js';
  import { useBackend } from './harness/tensor/backend.ts';
  useBackend('${backend}', { threads: 1 });
  setTestEnvs([{ name: '${backend}', backendName: '${backend}', flags: {}, isDataSync: true }]);
  require('@tensorflow/tfjs-core/dist/tests.js');
`;

/** tfjs-core once, whoever imports it: its builds for import and for require have an engine each. */
const oneCore: Plugin = {
  name: 'one-core',
  setup(bundler) {
    bundler.onResolve({ filter: /^@tensorflow\/tfjs$/ }, ({ resolveDir, kind }) =>
      bundler.resolve('@tensorflow/tfjs-core', { resolveDir, kind }),
    );
  },
};

async function bundleSuite(backend: Backend, outfile: string): Promise<void> {
  await build({
    stdin: { contents: entry(backend), resolveDir: ROOT, loader: 'js' },
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    mainFields: ['module', 'main'],
    // tfjs-core says of its test files that they have no side effects.
    ignoreAnnotations: true,
    logLevel: 'error',
    plugins: [oneCore, nativePackages, ownLocations],
    banner: {
      js: "import { createRequire as createRequireOfBundle } from 'node:module'; const require = createRequireOfBundle(import.meta.url);",
    },
  });
}

async function runSuite(file: string): Promise<SpecResult[]> {
  const JasmineClass: new () => Jasmine = createRequire(import.meta.url)('jasmine');
  const jasmine = new JasmineClass();
  const results: SpecResult[] = [];
  const failedSuite = (result: SpecResult) => {
    if (result.failedExpectations.length > 0) results.push({ ...result, status: 'failed' });
  };
  jasmine.exitOnCompletion = false;
  jasmine.clearReporters();
  jasmine.randomizeTests(false);
  jasmine.addReporter({ specDone: (result) => results.push(result), suiteDone: failedSuite });
  const { overallStatus, incompleteReason } = await jasmine.execute([file]);
  if (overallStatus === 'incomplete') throw new Error(`the suite did not run to its end: ${incompleteReason}`);
  return results;
}

/** Prints the counts and what is wrong. @returns whether nothing is */
function report(backend: Backend, results: readonly SpecResult[]): boolean {
  const declared = new Map(DECLARED[backend].map(({ spec, why }) => [spec, why]));
  const of = (status: SpecResult['status']) => results.filter((result) => result.status === status);
  const failed = of('failed');
  const undeclared = failed.filter(({ fullName }) => !declared.has(fullName));
  const failedNames = new Set(failed.map(({ fullName }) => fullName));
  const stale = [...declared.keys()].filter((spec) => !failedNames.has(spec));
  for (const { fullName, failedExpectations } of undeclared) {
    console.log(`failed: ${fullName}: ${failedExpectations[0]?.message.split('\n')[0] ?? ''}`);
  }
  for (const spec of stale) console.log(`declared, but does not fail: ${spec}`);
  for (const [spec, why] of declared) if (failedNames.has(spec)) console.log(`declared: ${spec}: ${why}`);
  const counts = [
    `passed ${of('passed').length}`,
    `failed ${undeclared.length}`,
    `declared ${failed.length - undeclared.length}`,
    `pending ${of('pending').length}`,
  ];
  console.log(`tfjs-core's test suite on ${backend}: ${counts.join(', ')}`);
  return undeclared.length === 0 && stale.length === 0;
}

function backendOf(name: string): Backend {
  const backend = BACKENDS.find((known) => known === name);
  if (backend === undefined) throw new InputError(`--backend ${name}: expected one of ${BACKENDS.join(', ')}`);
  return backend;
}

try {
  const { values } = parseArgs({ options: { backend: { type: 'string', default: 'onnx' } } });
  const backend = backendOf(values.backend);
  const folder = await mkdtemp(join(tmpdir(), 'peftbench-conformance-'));
  try {
    const file = join(folder, 'suite.mjs');
    await bundleSuite(backend, file);
    process.exitCode = report(backend, await runSuite(file)) ? 0 : 1;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
} catch (error) {
  if (!(error instanceof InputError)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
