// bench: what cases files are refused for, and a case measured for real.
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runCommandLine } from '../../harness/cli/program.ts';
import { readCases, runBench } from '../../harness/cli/run-bench.ts';
import { services } from '../../harness/cli/services.ts';
import { InputError } from '../../harness/contracts/input-error.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { captureOutput } from './captured-output.ts';

const model = { family: 'encoder', layers: 2, hidden: 32, heads: 4, intermediate: 64, vocab: 50 };
const valid = { model, method: 'lora', options: { r: 2 }, batch: 2, length: 8, steps: 3 };
const fileOf = (content: unknown) =>
  join(
    temporaryFolder({ 'cases.json': typeof content === 'string' ? content : JSON.stringify(content) }),
    'cases.json',
  );

describe('a cases file', () => {
  it.each([
    ['no JSON', '[{', /cases\.json:1:3: not JSON: found the end, expected a key in quotes/],
    ['a key given twice', '[{"batch": 1,\n"batch": 2}]', /cases\.json:2:1: \[0\]\.batch: stands there twice/],
    ['no case', [], /cases\.json/],
    ['a misspelled key', [{ ...valid, lenght: 8 }], /\[0\]\.lenght: unknown key .*"length"/],
    [
      'an unknown method',
      [{ ...valid, method: 'lore' }],
      /cases\.json: \[0\]\.method: "lore" is no method, did you mean "lora"\?/,
    ],
    [
      'an unknown model',
      [{ ...valid, model: 'minilm-l7' }],
      /cases\.json: \[0\]\.model: no model "minilm-l7", did you mean "minilm-l6"\?/,
    ],
    [
      'an option that the method does not have',
      [{ ...valid, options: { rank: 2 } }],
      /\[0\]\.options\.rank: unknown key/,
    ],
    ['heads that do not divide the width', [{ ...valid, model: { ...model, heads: 5 } }], /hidden is 32.*heads \(5\)/],
    ['a length that the model cannot read', [{ ...valid, length: 513 }], /\[0\]\.length is 513, expected at most 512/],
    [
      'layers beyond number',
      [{ ...valid, model: { ...model, layers: 2 ** 32 } }],
      /layers: 4294967296; expected .* up to 1000/,
    ],
    ['a layer that is not there', [{ ...valid, options: { layers: [2] } }], /layers 0 to 1/],
  ])('with %s is refused in one line', async (_what, content, message) => {
    const error = await readCases(fileOf(content)).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(InputError);
    expect((error as Error).message).toMatch(message);
    expect((error as Error).message).not.toContain('\n');
  });
});

it('reads over the byte order mark of a cases file', async () => {
  const [read] = await readCases(fileOf(`\ufeff${JSON.stringify([valid])}`));
  expect(read?.case).toMatchObject({ method: 'lora', batch: 2 });
});

it('names the faults of all cases, a line each', async () => {
  const cases = [
    { ...valid, method: 'lore', model: 'minilm-l7' },
    { ...valid, length: 513, options: { layers: [2] } },
  ];
  const { faults } = (await readCases(fileOf(cases)).catch((reason: unknown) => reason)) as InputError;
  expect(faults).toEqual([
    expect.stringMatching(/\[0\]\.model: no model "minilm-l7"/),
    expect.stringMatching(/\[0\]\.method: "lore" is no method/),
    expect.stringMatching(/\[1\]\.length is 513/),
    expect.stringMatching(/\[1\]\.options: layers names layer 2/),
  ]);
});

it('measures each case in a process of its own', async () => {
  const cases = await readCases(fileOf([valid, { ...valid, mode: 'forward', name: 'scores only' }]));
  const done: number[] = [];
  const report = await runBench(cases, 1, new AbortController().signal, (count) => done.push(count));
  expect(done).toEqual([1, 2]);
  expect(report.machine.matrixProductGflops).toBeGreaterThan(0.1);
  const [lora, forward] = report.results;
  // Rank 2 on q, k, v, o, up and down of two layers, and the head.
  expect(lora?.trainable).toBe(2 * 2 * (4 * (32 + 32) + 2 * (32 + 64)) + 2 * 32 + 2);
  expect(lora?.secondsPerBatch.n).toBe(3);
  expect(lora?.secondsPerBatch.median).toBeGreaterThan(0);
  expect(lora?.compileSeconds).toBeGreaterThan(0);
  // A node process alone takes more than 30 MB; this model takes next to nothing.
  expect(lora?.peakRssBytes).toBeGreaterThan(30e6);
  expect(forward?.trainable).toBe(0);
  expect(forward?.case.name).toBe('scores only');
});

it('gives no figure of a case whose numbers stop being finite, goes on, and exits with 1', async () => {
  // A scale beyond 32-bit floats: infinity times the zeros of B.
  const diverging = { ...valid, options: { r: 2, alpha: 1e39 } };
  const output = captureOutput();
  const file = fileOf([diverging, { ...valid, name: 'sound' }]);
  await runCommandLine(['bench', file, '--threads', '1', '--json'], services, output);
  expect(output.written.trim().split('\n')).toEqual([
    '[1/2] lora 2 x 8 failed: the loss of step 0 is NaN',
    expect.stringMatching(/^\[2\/2\] sound \d+ ms$/),
  ]);
  expect(output.code).toBe(1);
});
