// The task head: trained by every method alike. BERT's is a linear map of the pooled state. RoBERTa's brings a dense layer
// of its own, as RobertaForSequenceClassification's does, and so does BERT's where the weights have no pooler.
import type { Parameter } from '../contracts/model.ts';
import type { Stream } from '../random/streams.ts';
import { tf } from '../tensor/index.ts';
import type { Dropout } from './dropout.ts';
import type { Encoder } from './encoder.ts';

/** Hugging Face's initializer_range for new layers. */
const INITIAL_DEVIATION = 0.02;

export interface Head {
  readonly parameters: readonly Parameter[];
  /** From the first tokens' hidden states [size, hidden] to [size, outputs]: class logits, a regression's value, or one score an option (outputs 1). */
  outputs(first: tf.Tensor2D, dropout: Dropout): tf.Tensor2D;
  dispose(): void;
}

/** A head with `outputs` outputs, its weights drawn from `random`. */
export function createHead(encoder: Encoder, outputs: number, random: Stream): Head {
  const width = encoder.spec.hidden;
  const dense = encoder.spec.pooler ? undefined : createLinear('head.dense', width, width, random);
  const output = createLinear('head.output', width, outputs, random);
  const parameters = [...(dense?.parameters ?? []), ...output.parameters];
  return {
    parameters,
    outputs(first, dropout) {
      const pooled = dense ? tf.tanh(dense.apply(dropout('head.input', first))) : encoder.pooled(first);
      return output.apply(dropout('head', pooled));
    },
    dispose: () => {
      for (const { variable } of parameters) variable.dispose();
    },
  };
}

function createLinear(name: string, input: number, output: number, random: Stream) {
  const values = Float32Array.from({ length: output * input }, () => random.normal(INITIAL_DEVIATION));
  const [weight, bias] = tf.tidy(
    () => [tf.variable(tf.tensor2d(values, [output, input])), tf.variable(tf.zeros([output]))] as const,
  );
  return {
    parameters: [
      { name: `${name}.weight`, variable: weight },
      { name: `${name}.bias`, variable: bias },
    ],
    apply: (x: tf.Tensor2D): tf.Tensor2D => tf.add(tf.matMul(x, weight as tf.Tensor2D, false, true), bias),
  };
}
