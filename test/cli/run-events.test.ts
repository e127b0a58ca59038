// `run --json-lines`: what happens as it does, by one schema; and the word after an interruption.
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Interrupted } from '../../harness/cli/child-process.ts';
import { eventProgress, type RunEvent, RunEventSchema } from '../../harness/cli/run-events.ts';
import { check } from '../../harness/contracts/validate.ts';
import { readRecords } from '../../harness/records/store.ts';
import { completed, sampleConfig, unfinished } from '../records/sample.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { byRate, fakeCommandLine } from './fakes.ts';

const STUDY = {
  name: 'fake',
  models: ['tiny'],
  methods: [
    { method: 'full', learningRate: 1e-4 },
    { method: 'lora', learningRate: [1e-3, 3e-3] },
  ],
  tasks: ['glue/stsb'],
  seeds: [0, 1],
  search: { seed: 9, holdout: 8 },
};
const studyFolder = () => temporaryFolder({ 'study.json': JSON.stringify(STUDY) });
const eventsIn = (stdout: string): RunEvent[] =>
  stdout
    .trimEnd()
    .split('\n')
    .map((line, i) => check(RunEventSchema, JSON.parse(line), { file: `line ${i + 1}` }));

describe('--json-lines', () => {
  it('tells what was found, each run from its beginning to its end, and that all is done; no tables', async () => {
    const [cli, folder] = [fakeCommandLine(), studyFolder()];
    await cli.run('run', folder, '--only', 'method=full,seed=0');
    const { code, stdout } = await cli.run('run', folder, '--json-lines');
    const events = eventsIn(stdout);
    expect(code).toBe(0);
    expect(events[0]).toEqual({ event: 'found', study: 'fake', folder, total: 6, kept: 1, toRun: 5, strangers: 0 });
    expect(events.at(-1)).toEqual({ event: 'done', executed: 5, failed: 0 });
    expect(events.slice(1, -1).map(({ event }) => event)).toEqual(Array(5).fill(['begin', 'end']).flat());
    const [begin, end] = events.slice(-3, -1);
    expect(begin).toEqual({
      ...{
        event: 'begin',
        run: 5,
        title: 'lora · glue/stsb · seed 1',
        purpose: 'final',
        model: 'tiny',
        method: 'lora',
      },
      ...{ task: 'glue/stsb', seed: 1, learningRate: 3e-3 },
    });
    expect(end).toMatchObject({
      event: 'end',
      run: 5,
      status: 'completed',
      metric: { name: 'pearson', value: 3e-3 },
      error: null,
    });
    const ids = readRecords(join(folder, 'runs')).map(({ id }) => id);
    for (const each of events) if (each.event === 'end') expect(ids).toContain(each.id);
  });

  it('tells of a run that fails why, and takes no --json beside it', async () => {
    const [cli, folder] = [fakeCommandLine(), studyFolder()];
    cli.outcome = (config) => unfinished(config, 'failed', 'out of memory');
    const { code, stdout } = await cli.run('run', folder, '--json-lines', '--only', 'method=full');
    expect([code, eventsIn(stdout).at(-1)]).toEqual([1, { event: 'done', executed: 2, failed: 2 }]);
    expect(eventsIn(stdout)[2]).toMatchObject({ event: 'end', status: 'failed', metric: null, error: 'out of memory' });
    expect((await cli.run('run', folder, '--json-lines', '--json')).stderr).toMatch(
      /--json-lines.*cannot be used with.*--json/,
    );
  });

  it('tells of steps at most one a second, and the last; a loss that JSON cannot hold is null', () => {
    const events: RunEvent[] = [];
    const bar = eventProgress((event) => events.push(event)).begin(sampleConfig());
    for (let done = 1; done <= 50; done++)
      bar.update({ phase: 'train', done, total: 50, loss: done === 50 ? Number.NaN : 0.5 });
    bar.end(completed(sampleConfig(), 0.5), 1);
    expect(events.map(({ event }) => event)).toEqual(['begin', 'step', 'step', 'end']);
    expect(events[1]).toEqual({ event: 'step', run: 1, phase: 'train', done: 1, total: 50, loss: 0.5 });
    expect(events[2]).toMatchObject({ done: 50, loss: null });
    for (const event of events) check(RunEventSchema, JSON.parse(JSON.stringify(event)), { file: 'event' });
  });
});

it('an interrupted run says what is kept and how to go on, and has no last event', async () => {
  const [cli, folder] = [fakeCommandLine(), studyFolder()];
  cli.outcome = (config, signal) => {
    if (cli.executed.length === 4) throw new Interrupted('interrupted');
    return byRate(config, signal);
  };
  const { code, stdout, stderr } = await cli.run('run', folder, '--json-lines');
  expect(code).toBe(130);
  expect(stderr.split('\n').at(-2)).toBe(
    `interrupted: 3 of 6 runs are recorded in ${join(folder, 'runs')}; the same command goes on with the others, each from its beginning`,
  );
  expect(eventsIn(stdout).map(({ event }) => event)).not.toContain('done');
  cli.outcome = byRate;
  expect((await cli.run('run', folder)).stderr).toMatch(/^6 runs: 3 kept /);
});
