// A command that is asked to stop ends with what was finished, in a process of its own.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { readRecords } from '../../harness/records/store.ts';
import { fixturePath } from '../fixtures.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const SEEDS = Array.from({ length: 30 }, (_, seed) => seed);
const STUDY = {
  name: 'interrupted',
  models: [fixturePath('encoder/tiny-bert')],
  methods: [{ method: 'lora', learningRate: 1e-3 }],
  tasks: [{ task: 'glue/stsb', limitTrain: 8, limitEval: 8 }],
  seeds: SEEDS,
  training: { maxLength: 32 },
};

it.runIf(process.platform !== 'win32').each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)(
  '%s ends a run with exit code %i, whole records and no process left',
  async (signal, code) => {
    const folder = temporaryFolder({ 'study.json': JSON.stringify(STUDY) });
    const args = ['--import', 'tsx', 'harness/cli/main.ts', 'run', folder];
    const child = spawn(process.execPath, args, { cwd: ROOT, stdio: 'pipe' });
    let stderr = '';
    child.stderr.on('data', (part) => {
      stderr += String(part);
    });
    const ended = new Promise((resolve) => child.once('close', resolve));
    const runs = join(folder, 'runs');
    const countRecords = () => (existsSync(runs) ? readRecords(runs).length : 0);
    while (countRecords() === 0 && child.exitCode === null) await setTimeout(50);
    child.kill(signal);
    // It closes when its processes have: they share its output.
    expect(await ended).toBe(code);
    expect(countRecords()).toBeGreaterThan(0);
    expect(countRecords()).toBeLessThan(SEEDS.length);
    const word =
      /^interrupted: (\d+) of 30 runs are recorded in .*runs; the same command goes on with the others, each from/m.exec(
        stderr,
      );
    expect(Number(word?.[1])).toBe(countRecords());
  },
  60_000,
);
