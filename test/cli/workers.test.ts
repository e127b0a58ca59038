import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { bundle } from '../../harness/cli/bundle-worker.ts';
import { Interrupted, runInChild, WorkerDied } from '../../harness/cli/child-process.ts';
import type { Job } from '../../harness/cli/workers.ts';
import { InputError } from '../../harness/contracts/input-error.ts';
import { sampleConfig } from '../records/sample.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const job: Job = {
  config: sampleConfig(),
  context: {
    study: 'sample',
    search: null,
    code: { version: '0.1.0', commit: null, dirty: null, sourcesSha256: null, methodSha256: null },
    overlap: { exact: 0, near: 0 },
    backend: 'onnx',
    device: undefined,
    threads: 1,
    jobs: 1,
    dataRoots: [],
    modelsDir: undefined,
  },
};

/** Executes the job in a process that runs `script`. */
async function execute(script: string, signal = new AbortController().signal) {
  const entry = join(temporaryFolder({ 'worker.mjs': script }), 'worker.mjs');
  const [phases, lines]: [string[], string[]] = [[], []];
  const watcher = {
    onProgress: ({ phase }: { phase: string }) => phases.push(phase),
    onOutput: (line: string) => lines.push(line),
  };
  const outcome = await runInChild(entry, job, watcher, signal).catch((error: unknown) => error);
  return { outcome, phases, lines };
}

const onJob = (body: string) => `process.once('message', (job) => { ${body} });`;

describe("a run's process", () => {
  test('gives progress and the result, numbers as they are, and its lines', async () => {
    const script = onJob(`
      console.log('a line'); console.error('another');
      process.send({ kind: 'progress', progress: { phase: 'train', done: 1, total: 2 } });
      process.send({ kind: 'done', result: { record: { seed: job.config.seed, losses: [-0, 0.1 + 0.2] }, predictions: [] } }, () => process.disconnect());
    `);
    const { outcome, phases, lines } = await execute(script);
    expect(outcome).toEqual({ record: { seed: 0, losses: [-0, 0.30000000000000004] }, predictions: [] });
    expect([phases, lines.sort()]).toEqual([['train'], ['a line', 'another']]);
  });

  test.each([
    [
      'an exit code',
      "console.error('first'); console.error('cannot allocate'); process.exitCode = 3; setImmediate(() => process.disconnect());",
      "the run's process ended with exit code 3: cannot allocate",
    ],
    ['a signal', "process.kill(process.pid, 'SIGKILL');", "the run's process ended with signal SIGKILL"],
    ['no result', 'setImmediate(() => process.disconnect());', "the run's process ended with exit code 0"],
    [
      'a defect',
      "process.send({ kind: 'error', message: 'two\\nlines', badInput: false }, () => process.disconnect());",
      'two lines',
    ],
  ])('that ends with %s has died, and the reason is one line', async (_what, body, message) => {
    const { outcome } = await execute(onJob(body));
    expect(outcome).toBeInstanceOf(WorkerDied);
    expect((outcome as Error).message).toBe(message);
  });

  test('hands bad input on as such', async () => {
    const body =
      "process.send({ kind: 'error', message: 'a.tsv: line 3', badInput: true }, () => process.disconnect());";
    const { outcome } = await execute(onJob(body));
    expect(outcome).toBeInstanceOf(InputError);
  });

  test('is ended where the user stops, and never begun after', async () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 200);
    const { outcome } = await execute(onJob('setInterval(() => {}, 1000);'), controller.signal);
    expect(outcome).toBeInstanceOf(Interrupted);
    expect((await execute('throw 1', controller.signal)).outcome).toBeInstanceOf(Interrupted);
  });
});

describe('the bundled worker', () => {
  test('starts, loads the native runtime and finds what lies beside the sources', async () => {
    const worker = await bundle('worker.ts');
    const watcher = { onProgress() {}, onOutput() {} };
    const execution = (config: Job['config']) =>
      runInChild(worker.entry, { ...job, config }, watcher, new AbortController().signal).catch(
        (error: unknown) => error,
      );
    // The embedded model is found, or the message would name its file; then the data are missed.
    const outcome = await execution({ ...job.config, model: 'minilm-l6' });
    expect(outcome).toBeInstanceOf(InputError);
    expect((outcome as Error).message).toMatch(/sts/i);
    await worker.remove();
    expect(existsSync(dirname(worker.entry))).toBe(false);
  });
});
