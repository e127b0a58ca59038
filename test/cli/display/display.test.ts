// Progress on a terminal and in a pipe, over time: what is shown, and that nothing is ever wider than the terminal.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { widthOf } from '../../../harness/cli/display/columns.ts';
import { openDisplay } from '../../../harness/cli/display/display.ts';
import { showProgress } from '../../../harness/cli/progress.ts';
import { completed, sampleConfig } from '../../records/sample.ts';
import { captureOutput } from '../captured-output.ts';
import { terminal } from '../terminal.ts';

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubEnv('NO_COLOR', '');
  vi.stubEnv('TERM', 'xterm');
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
});

/** Steps of training, each of so many milliseconds. */
function train(
  bar: { update(progress: object): void },
  from: number,
  to: number,
  milliseconds: number,
  total = 180,
): void {
  for (let done = from; done <= to; done++) {
    bar.update({ phase: 'train', done, total, loss: 2 / done });
    vi.advanceTimersByTime(milliseconds);
  }
}

const config = sampleConfig();
const begun = (columns: number, rows = 24) => {
  const screen = terminal(columns, rows);
  const progress = showProgress(screen.stream, { total: 12, done: 3 });
  return { screen, progress, bar: progress.begin(config) };
};

describe('on a terminal', () => {
  it('has a bar for each run, with the time left, the loss and how it went', () => {
    const { screen, progress, bar } = begun(130);
    expect(screen.shown).toEqual([
      expect.stringMatching(/^█+░+ 3\/12 runs$/),
      expect.stringMatching(/^lora · glue\/stsb · seed 0 ░+ starting$/),
    ]);
    train(bar, 1, 40, 300);
    expect(screen.shown[1]).toMatch(
      /^lora · glue\/stsb · seed 0 █{4}░+ step 40\/180 · about 42 s left · loss 0\.050 · █[▁▂▃▄▅▆▇]{15}$/,
    );
    progress.begin(sampleConfig({ seed: 1 }));
    expect(screen.shown).toHaveLength(3);
    progress.stop();
    expect(screen.shown).toEqual([]);
  });

  it('counts down while nothing happens, never to nothing', () => {
    const { screen, bar } = begun(130);
    train(bar, 1, 179, 2000);
    expect(screen.shown[1]).toContain('about 1 s left');
    vi.advanceTimersByTime(60_000);
    expect(screen.shown[1]).toContain('about 1 s left');
    expect(screen.written).not.toMatch(/\b0 s|ETA|NaN/);
  });

  it.each([40, 41, 60, 80, 97, 120, 200])('fits into %d columns', (columns) => {
    const { screen, progress, bar } = begun(columns);
    const long = progress.begin(
      sampleConfig({ label: 'a method with a long name, and 実験 in it', task: 'commonsense/arc-easy+boolq', seed: 1 }),
    );
    train(bar, 1, 30, 1000);
    train(long, 1, 30, 1000, 18_000);
    long.end(completed(sampleConfig({ label: 'a method with a long name, and 実験 in it' }), 0.5), 3);
    const drawn = screen.shown.slice(screen.shown.findIndex((row) => row.endsWith(' runs')));
    expect(Math.max(...drawn.map(widthOf))).toBeLessThan(columns);
    expect(screen.shown.join('\n')).toMatch(/step 30\/180 · about 2 min left/);
  });

  it('has the scores so far below, as a table or a line each, as far as there are rows', () => {
    const { screen, progress } = begun(100);
    for (const [label, seed, value] of [
      ['lora', 0, 0.25],
      ['lora', 1, 0.75],
      ['full', 0, 0.125],
    ] as const) {
      const run = sampleConfig({ label, seed });
      progress.begin(run).end(completed(run, value), 8.1);
    }
    progress
      .begin(sampleConfig({ label: 'full', task: 'glue/sst2' }))
      .end(completed(sampleConfig({ label: 'full', task: 'glue/sst2' }), 0.5), 1);
    expect(screen.shown.slice(0, 2)).toEqual([
      '[4/12] lora · glue/stsb · seed 0 · pearson 0.250 · 8.1 s',
      '[5/12] lora · glue/stsb · seed 1 · pearson 0.750 · 8.1 s',
    ]);
    expect(screen.shown.slice(-3)).toEqual([
      '      glue/stsb   glue/sst2',
      'lora  0.5000 (2)',
      'full  0.1250 (1)  0.5000 (1)',
    ]);
    screen.resize(26);
    expect(screen.shown.slice(-3)).toEqual([
      '0.5000 (2) lora · glue/s…',
      '0.1250 (1) full · glue/s…',
      '0.5000 (1) full · glue/s…',
    ]);
    screen.resize(100, 5);
    expect(screen.shown.at(-1)).toBe('…');
  });

  it('draws itself anew where the terminal has broken its lines', () => {
    const { screen, bar } = begun(120);
    train(bar, 1, 40, 300);
    screen.resize(50);
    vi.advanceTimersByTime(1000);
    expect(screen.shown).toEqual([
      expect.stringMatching(/^█+░+ 3\/12 runs$/),
      'lora · glue/stsb · seed 0',
      expect.stringMatching(/^ {2}█░{5} step 40\/180 · about 4\d s left/),
    ]);
    screen.resize(120);
    expect(screen.shown).toHaveLength(2);
  });

  it('keeps lines above, and shows what a terminal would obey', () => {
    const { screen, progress } = begun(80);
    progress.log('a warning\u001B[2J of the runtime');
    expect(screen.shown[0]).toBe('a warning\\u001b[2J of the runtime');
    expect(screen.shown).toHaveLength(4);
  });

  it.each([
    ['', true, true],
    ['1', true, false],
    ['', false, false],
  ])('is coloured or not: NO_COLOR %j, a terminal of colours %s', (value, hasColors, expected) => {
    vi.stubEnv('NO_COLOR', value);
    const screen = terminal(100, 24, hasColors);
    showProgress(screen.stream, { total: 1, done: 0 }).begin(config);
    expect(screen.written.includes('\u001B[36m')).toBe(expected);
  });

  it('is a pipe where the terminal is dumb', () => {
    vi.stubEnv('TERM', 'dumb');
    const { screen } = begun(100);
    expect(screen.written).toBe('');
    vi.advanceTimersByTime(30_000);
    expect(screen.written).toBe('lora · glue/stsb · seed 0 · starting\n');
  });
});

describe('in a pipe', () => {
  it('there is a line of each run every half minute', () => {
    const output = captureOutput();
    const progress = showProgress(output.stderr, { total: 12, done: 0 });
    const bar = progress.begin(config);
    train(bar, 1, 39, 750);
    expect(output.written).toBe('');
    bar.update({ phase: 'train', done: 40, total: 180, loss: 0.31 });
    vi.advanceTimersByTime(750);
    expect(output.written).toBe('lora · glue/stsb · seed 0 · step 40/180 · loss 0.31 · about 2 min left\n');
    bar.end(completed(config, 0.5), 31);
    progress.begin(sampleConfig({ seed: 1 }));
    vi.advanceTimersByTime(30_000);
    expect(output.written.split('\n').slice(1)).toEqual([
      '[1/12] lora · glue/stsb · seed 0 · pearson 0.500 · 31.0 s',
      'lora · glue/stsb · seed 1 · starting',
      '',
    ]);
    progress.stop();
    vi.advanceTimersByTime(90_000);
    expect(output.written.split('\n')).toHaveLength(4);
  });

  it('each is told as it begins where nothing else is said', () => {
    const output = captureOutput();
    const display = openDisplay(output.stderr, { announces: true });
    const activity = display.begin('llama · mmlu');
    expect(output.written).toBe('llama · mmlu · starting\n');
    activity.update({ phase: 'evaluate', done: 8, total: 57 });
    vi.advanceTimersByTime(30_000);
    expect(output.written.split('\n')[1]).toBe('llama · mmlu · scored 8/57');
    display.stop();
  });
});
