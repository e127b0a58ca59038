// The graphs that a training step compiles to, as fingerprints: a refactoring leaves them as they are, and a change that
// is meant is seen here, method by method. `npx vitest -u` takes new ones over.
import { createHash } from 'node:crypto';
import { afterEach, beforeAll, expect, it, vi } from 'vitest';
import { TrainingSchema } from '../../harness/contracts/run-config.ts';
import { checkWithDefaults } from '../../harness/contracts/validate.ts';
import { noDropout } from '../../harness/models/dropout.ts';
import { createHead } from '../../harness/models/head.ts';
import { streamsOf } from '../../harness/random/streams.ts';
import { useBackend } from '../../harness/tensor/index.ts';
import { OnnxBackend } from '../../harness/tensor/onnx/backend.ts';
import { emit } from '../../harness/tensor/onnx/emit.ts';
import { AS_THEY_ARE } from '../../harness/training/label-scale.ts';
import { taskObjective } from '../../harness/training/objective.ts';
import { createTrainer } from '../../harness/training/train.ts';
import { METHODS } from '../../methods/index.ts';
import { tinyEncoder } from '../fixtures.ts';

const [SEQUENCES, LENGTH] = [4, 16];
const training = checkWithDefaults(TrainingSchema, {}, { file: 'test' });

beforeAll(() => useBackend('onnx', { threads: 1 }));
afterEach(() => vi.restoreAllMocks());

it.each(METHODS.map((method) => [method.name, method] as const))('%s', async (_name, method) => {
  const encoder = await tinyEncoder('tiny-bert');
  const random = streamsOf(0);
  const head = createHead(encoder, 2, random('init/head'));
  const options = checkWithDefaults(method.optionsSchema, {}, { file: 'test' });
  const attached = method.attach(encoder, options, { random, totalSteps: 1, dropout: (_rate, _site, x) => x });
  const model = { kind: 'classification' as const, encoder, head, labelScale: AS_THEY_ARE };
  const trainer = createTrainer(taskObjective(model), attached, { method: 1e-3, head: 1e-3 }, training, 1, noDropout);
  const compiled = vi.spyOn(OnnxBackend.prototype, 'compile');
  const cells = SEQUENCES * LENGTH;
  const batch = {
    examples: Array.from({ length: SEQUENCES }, (_, i) => ({
      id: `${i}`,
      label: i % 2,
      sequences: [],
      length: LENGTH,
    })),
    options: 1,
    tokens: {
      size: SEQUENCES,
      length: LENGTH,
      ids: Int32Array.from({ length: cells }, (_, i) => i % encoder.spec.vocab),
      typeIds: new Int32Array(cells),
      mask: new Float32Array(cells),
    },
  };
  trainer.step(0, [batch]);
  const graphs = [...new Map(compiled.mock.calls.map(([graph]) => [graph.key, graph])).values()];
  const fingerprints = graphs.map((graph) => ({
    nodes: graph.nodes.length,
    sha256: createHash('sha256').update(emit(graph)).digest('hex'),
  }));
  // The step, and AdamW.
  expect(fingerprints).toHaveLength(2);
  expect(fingerprints).toMatchSnapshot();
});
