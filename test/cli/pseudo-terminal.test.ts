// `run` on a real pseudo terminal, made by util-linux's `script`: bars while it runs, and nothing of them afterwards.
import { spawn, spawnSync } from 'node:child_process';
import { stripVTControlCharacters } from 'node:util';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { widthOf } from '../../harness/cli/display/columns.ts';
import { fixturePath } from '../fixtures.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { terminal } from './terminal.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const { status, stdout = '' } = spawnSync('script', ['--version'], { encoding: 'utf8' });
const hasScript = status === 0 && stdout.includes('util-linux');

const STUDY = {
  name: 'terminal',
  models: [fixturePath('encoder/tiny-bert')],
  methods: [{ method: 'lora', learningRate: 1e-3 }],
  tasks: [{ task: 'glue/stsb', limitTrain: 1200, limitEval: 64 }],
  seeds: [0, 1],
  training: { maxLength: 32, batchSize: 2 },
};

/** What a command writes to a terminal of so many columns. */
function onTerminal(columns: number, ...args: string[]): Promise<string> {
  const command = `stty cols ${columns} rows 20; exec ${[process.execPath, '--import', 'tsx', 'harness/cli/main.ts', ...args].join(' ')}`;
  const env = { ...process.env, TERM: 'xterm', NO_COLOR: '' };
  const child = spawn('script', ['-qefc', command, '/dev/null'], {
    cwd: ROOT,
    env,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (part: string) => {
    text += part;
  });
  return new Promise((resolve) => child.once('close', () => resolve(text)));
}

it.skipIf(!hasScript).each([40, 130])(
  'of %d columns: bars that fit, the time left, and then the lines and tables alone (needs util-linux)',
  async (columns) => {
    const folder = temporaryFolder({ 'study.json': JSON.stringify(STUDY) });
    const text = await onTerminal(columns, 'run', folder);
    const frames = stripVTControlCharacters(text).split(/\r?\n/);
    const bars = frames.filter((line) => /[█░]/.test(line));
    expect(bars.some((line) => /step \d+\/600 · about \d+ s left/.test(line))).toBe(true);
    expect(Math.max(...bars.map(widthOf))).toBeLessThan(columns);
    expect(text).not.toMatch(/ETA|\b0 s left|NaN/);
    const screen = terminal(columns, 20);
    screen.stream.write(text);
    const left = screen.shown.join('');
    expect(left).not.toMatch(/[█░]/);
    expect(left).toMatch(/2 runs: 0 kept, 2 to run.*\[1\/2\] lora.*\[2\/2\] lora.*## terminal/);
  },
  60_000,
);
