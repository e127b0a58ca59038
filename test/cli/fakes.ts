// A command line whose runs are made up: what it prints, its exit code, and what was executed.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { WorkerDied } from '../../harness/cli/child-process.ts';
import type { Output } from '../../harness/cli/output.ts';
import { runCommandLine } from '../../harness/cli/program.ts';
import type { Services } from '../../harness/cli/services.ts';
import { InputError, MissingInput } from '../../harness/contracts/input-error.ts';
import type { RunConfig } from '../../harness/contracts/run-config.ts';
import type { CostInputs } from '../../harness/cost/run-cost.ts';
import type { RunRecord } from '../../harness/records/schema.ts';
import { completed, idOf, predictionsOf, sha, unfinished } from '../records/sample.ts';
import { CATALOGUE } from '../study/sample.ts';

/** What becomes of a run. */
export type Outcome = (config: RunConfig, signal: AbortSignal) => RunRecord | Promise<RunRecord>;

export interface Fake {
  /** Replaces what the runs give from now on. */
  outcome: Outcome;
  /** In the order in which they were started. */
  readonly executed: RunConfig[];
  /** Of each run that was executed. */
  readonly threads: number[];
  /** The sources that are there, of each method too, and their commit. */
  sources: string;
  methodSources: Readonly<Record<string, string>>;
  commit: string | null;
  /** Each question for a task's overlap: where its answer is kept, and how many runs had begun. */
  readonly overlaps: { task: string; folder: string | undefined; executed: number }[];
  /** What a run's cost follows from; undefined where nothing is known of it. */
  costInputs: ((config: RunConfig) => CostInputs) | undefined;
  /** The most runs that were under way at once. */
  atOnce: number;
  workersStarted: number;
  workersClosed: number;
  /** Runs a command line. */
  run(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }>;
}

/** A method's score grows with its rate, so that a search chooses the largest. */
export const byRate: Outcome = (config) => completed(config, config.method.learningRate);

export const dies =
  (message: string): Outcome =>
  () => {
    throw new WorkerDied(message);
  };

export function fakeCommandLine(): Fake {
  const fake: Fake = {
    outcome: byRate,
    executed: [],
    threads: [],
    sources: 'sources',
    methodSources: {},
    commit: 'c0ffee0123456789c0ffee0123456789c0ffee01',
    overlaps: [],
    costInputs: undefined,
    atOnce: 0,
    workersStarted: 0,
    workersClosed: 0,
    async run(...args) {
      let [code, stdout, stderr] = [0, '', ''];
      const stream = new Writable({
        write(chunk, _encoding, done) {
          stderr += String(chunk);
          done();
        },
      });
      const output: Output = {
        print: (text) => {
          stdout += text;
        },
        stderr: Object.assign(stream, { isTTY: false }) as Output['stderr'],
        exit: (given) => {
          code = given;
        },
      };
      await runCommandLine(args, servicesOf(fake), output);
      return { code, stdout, stderr };
    },
  };
  return fake;
}

function servicesOf(fake: Fake): Services {
  let underWay = 0;
  return {
    catalogue: async () => CATALOGUE,
    tasks: async () => [],
    trainingSets: async () => [],
    embeddedDataRoot: async () => '/embedded',
    async identifyRun(config, { dataRoots }) {
      if (config.model === 'absent') throw new InputError('no model "absent"; expected tiny');
      if (dataRoots[0] === '/nowhere') throw new InputError('--data /nowhere: no such folder');
      return idOf(config);
    },
    async costInputs(config) {
      if (fake.costInputs === undefined) throw new MissingInput('the sizes of the model are not known');
      return fake.costInputs(config);
    },
    matrixRate: async () => 1e11,
    limitNotes: async ({ task: { limitTrain } }) =>
      limitTrain !== null && limitTrain > 5000 ? [`limitTrain ${limitTrain}, but 5000 examples are there`] : [],
    async requireBackend(backend, device = 'cpu') {
      if (backend === 'tensorflow') throw new InputError('the tensorflow backend is not there');
      if (device === 'cuda') throw new InputError('the device cuda is not there');
      return { backend, device };
    },
    countOverlap: async ({ task }, _sources, folder) => {
      fake.overlaps.push({ task: task.id, folder, executed: fake.executed.length });
      return { exact: 1, near: 2 };
    },
    async requireKeepable({ model }) {
      if (model === 'tiny') throw new InputError('--keep-adapters: tiny is an encoder');
    },
    failedRecord: async (config, _context, message) => unfinished(config, 'failed', message),
    async startWorkers() {
      fake.workersStarted++;
      return {
        codeOf: (method) => ({
          ...{ version: '0.1.0', commit: fake.commit, dirty: false, sourcesSha256: sha(fake.sources) },
          methodSha256: sha(fake.methodSources[method] ?? method),
        }),
        async execute(
          { config, context: { search, code, overlap, backend, device = 'cpu', threads } },
          _watcher,
          signal,
        ) {
          fake.executed.push(config);
          fake.threads.push(threads);
          underWay++;
          fake.atOnce = Math.max(fake.atOnce, underWay);
          try {
            await new Promise((resolve) => setTimeout(resolve, 2));
            const outcome = await fake.outcome(config, signal);
            const dataset = { ...outcome.dataset, overlap };
            const environment = { ...outcome.environment, backend, device };
            const record = { ...outcome, search, dataset, environment, code: { ...outcome.code, ...code } };
            return { record, predictions: predictionsOf(record) };
          } finally {
            underWay--;
          }
        },
        async close() {
          fake.workersClosed++;
        },
      };
    },
  };
}

/** Every file below a folder with its content. */
export function contentsOf(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map((entry) => join(entry.parentPath, entry.name)).sort();
  return Object.fromEntries(paths.map((path) => [path.slice(folder.length + 1), readFileSync(path, 'utf8')]));
}
