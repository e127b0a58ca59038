// `peftbench evaluate` gives no figure of scores that are not finite: bad input where a file holds such weights, a failure
// where they come of finite ones.
import { cpSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { evaluateModel } from '../../harness/cli/evaluate-model.ts';
import { runCommandLine } from '../../harness/cli/program.ts';
import { services } from '../../harness/cli/services.ts';
import { NotFinite } from '../../harness/contracts/not-finite.ts';
import type { Protocol } from '../../harness/contracts/run-config.ts';
import { openSafetensors } from '../../harness/formats/safetensors.ts';
import { writeSafetensors } from '../../harness/formats/safetensors-write.ts';
import { useBackend } from '../../harness/tensor/index.ts';
import { fixturePath } from '../fixtures.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { captureOutput } from './captured-output.ts';

const MODEL = fixturePath('decoder/llama');

beforeAll(() => useBackend('onnx', { threads: 1 }));

async function evaluate(...args: string[]): Promise<{ code: number; stderr: string }> {
  const output = captureOutput();
  const file = join(temporaryFolder(), 'answers.jsonl');
  const asked = ['--task', 'commonsense/openbookqa', '--limit', '2', '--out', file];
  await runCommandLine(['evaluate', ...asked, ...args], services, output);
  expect(existsSync(file)).toBe(false);
  // What is under way is said as it begins.
  return { code: output.code, stderr: output.written.replace(/^.* · starting\n/, '') };
}

/** The model with another output map. */
function modelWith(output: (value: number) => number): string {
  const folder = temporaryFolder();
  cpSync(MODEL, folder, { recursive: true });
  const file = openSafetensors(join(MODEL, 'model.safetensors'));
  const tensors = file.names.map((name) => {
    const values = file.read(name);
    return { name, shape: file.shape(name), values: name === 'lm_head.weight' ? values.map(output) : values };
  });
  writeSafetensors(join(folder, 'model.safetensors'), tensors);
  return folder;
}

const overflowing = () => modelWith((value) => 3e38 * Math.sign(value));

/** A LoRA adapter of rank 1 on the first layer's query map, all of its weights alike. */
function adapterOf(value: number): string {
  const config = {
    peft_type: 'LORA',
    task_type: 'CAUSAL_LM',
    r: 1,
    lora_alpha: 1,
    target_modules: ['q_proj'],
    layers_to_transform: [0],
  };
  const folder = temporaryFolder({ 'adapter_config.json': JSON.stringify(config) });
  const name = 'base_model.model.model.layers.0.self_attn.q_proj';
  writeSafetensors(join(folder, 'adapter_model.safetensors'), [
    { name: `${name}.lora_A.weight`, shape: [1, 16], values: new Float32Array(16).fill(value) },
    { name: `${name}.lora_B.weight`, shape: [16, 1], values: new Float32Array(16).fill(value) },
  ]);
  return folder;
}

/** As the command does, in this process. */
function answers(model: string, adapter: string | undefined, protocol: Protocol) {
  const scoring = { protocol, shots: 0, beams: 1, bos: 'tokenizer' } as const;
  const dataRoots = [fileURLToPath(new URL('../../datasets/embedded', import.meta.url))];
  const place = { backend: 'onnx', device: undefined, threads: 1 } as const;
  const job = { model, adapter, modelsDir: undefined, dataRoots, task: 'commonsense/openbookqa', limit: 2 };
  return evaluateModel({ ...job, precision: 'f32', scoring, ...place }, () => {});
}

describe.each([
  ['likelihood', /the log-likelihoods of \S+ \(test\) hold NaN/],
  ['answer', /the log-likelihoods of \S+ \(test\) hold NaN/],
  ['generate', /a token that continues a prompt has the log-probability NaN/],
] as const)('the protocol %s', (protocol, reason) => {
  it('scores the model, and it with an adapter', async () => {
    expect((await answers(MODEL, undefined, protocol)).answers).toHaveLength(2);
    expect((await answers(MODEL, adapterOf(1), protocol)).answers).toHaveLength(2);
  });

  it.each([
    ['of the model', () => [overflowing(), undefined] as const],
    ['of an adapter', () => [MODEL, adapterOf(1e30)] as const],
  ])('gives no answer where finite weights %s give scores that are not', async (_whose, given) => {
    const [model, adapter] = given();
    const error = await answers(model, adapter, protocol).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(NotFinite);
    expect((error as Error).message).toMatch(reason);
    expect((error as Error).message).toContain(`${adapter ?? model} on commonsense/openbookqa: `);
  });
});

it('fails where scores are not finite: one line, exit code 1, no file', async () => {
  const { code, stderr } = await evaluate('--model', overflowing());
  expect(stderr).toMatch(/^peftbench: .* on commonsense\/openbookqa: .* hold NaN; expected finite scores\n$/);
  expect(code).toBe(1);
});

it.each([
  [
    'of a model',
    () => ['--model', modelWith(() => Number.NaN)],
    /model\.safetensors: tensor 'lm_head\.weight' holds NaN/,
  ],
  [
    'of an adapter',
    () => ['--model', MODEL, '--adapter', adapterOf(Number.POSITIVE_INFINITY)],
    /adapter_model\.safetensors: tensor '.*lora_A\.weight' holds Infinity at index 0, expected finite weights/,
  ],
])('refuses weights %s that are not finite: one line, exit code 2, no file', async (_whose, args, cause) => {
  const { code, stderr } = await evaluate(...args());
  expect(stderr).toMatch(cause);
  expect(stderr.trim().split('\n')).toHaveLength(1);
  expect(code).toBe(2);
});
