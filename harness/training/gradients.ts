// Loss and gradients of a step: traced once for each structure of the model and shape of a batch, then replayed.
import type { Attached } from '../contracts/method.ts';
import type { Training } from '../contracts/run-config.ts';
import type { Dropout } from '../models/dropout.ts';
import { accumulate, feed, tf } from '../tensor/index.ts';
import type { Objective } from './objective.ts';
import { createReplay } from './replay.ts';

export interface LossAndGradients {
  /** With the method's penalty. */
  readonly loss: number;
  /** Norm of the whole gradient, where it is clipped. */
  readonly norm: number | null;
  /** One a variable, of its shape. */
  readonly gradients: ReadonlyMap<tf.Variable, tf.Tensor>;
}

export interface Differentiator<Batch> {
  /**
   * Of the mean loss over all that the batches hold. The caller disposes of the gradients.
   * @param onBatch called with the index of the batch that is computed next
   */
  differentiate(
    batches: readonly Batch[],
    variables: readonly tf.Variable[],
    onBatch: (index: number) => void,
  ): LossAndGradients;
}

/** What of the training's settings shapes the computation of a gradient. */
export type DifferentiatorSettings = Pick<Training, 'clip' | 'gradientCheckpointing'>;

/** The gradient's norm is computed too where it is clipped. */
export function createDifferentiator<Batch>(
  objective: Objective<Batch>,
  attached: Attached,
  dropout: Dropout,
  { clip, gradientCheckpointing }: DifferentiatorSettings,
): Differentiator<Batch> {
  const withNorm = clip > 0;
  const options = { recomputed: gradientCheckpointing ? 'all' : 'cheap' } as const;
  let structure = '';
  let trained: readonly tf.Variable[] = [];

  const differentiated = (compute: () => tf.Scalar): [loss: tf.Scalar, ...gradients: tf.Tensor[]] => {
    const { value, grads } = tf.variableGrads(compute, trained as tf.Variable[]);
    return [value, ...trained.map((variable) => gradientOf(grads, variable))];
  };
  const penalised = (current: () => Batch): tf.Scalar => {
    const loss = objective.loss(current, dropout);
    return attached.penalty ? tf.add<tf.Scalar>(loss, attached.penalty()) : loss;
  };
  const whole = createReplay(
    objective.shapeOf,
    (current: () => Batch) => {
      const [loss, ...gradients] = differentiated(() => penalised(current));
      return [loss, ...(withNorm ? [globalNorm(gradients)] : []), ...gradients];
    },
    options,
  );
  const part = createReplay(
    ({ batch }: Part<Batch>) => objective.shapeOf(batch),
    (current) =>
      differentiated(() => {
        const share = feed([], 'float32', () => Float32Array.of(current().share));
        return tf.mul<tf.Scalar>(
          penalised(() => current().batch),
          share,
        );
      }),
    options,
  );

  /** The loss, and the gradients in the order of the variables. */
  const wholeOf = (batch: Batch): Summed => {
    const [loss, ...rest] = whole.run(batch);
    const norm = withNorm ? rest.shift() : undefined;
    return { loss: taken(loss as tf.Tensor), norm: norm ? taken(norm) : null, gradients: rest };
  };
  const sumOf = (batches: readonly Batch[], onBatch: (index: number) => void): Summed => {
    const weights = batches.map((batch) => objective.weightOf(batch));
    const total = Math.max(
      1,
      weights.reduce((a, b) => a + b, 0),
    );
    let loss = 0;
    let gradients: tf.Tensor[] | undefined;
    for (const [index, batch] of batches.entries()) {
      onBatch(index);
      const [share, ...terms] = part.run({ batch, share: (weights[index] as number) / total });
      loss += taken(share as tf.Tensor);
      gradients = gradients === undefined ? terms : accumulate(gradients, terms);
    }
    const sums = gradients ?? [];
    return { loss, norm: withNorm ? taken(tf.tidy(() => globalNorm(sums))) : null, gradients: sums };
  };

  return {
    differentiate(batches, variables, onBatch) {
      const present = `${objective.revision} ${variables.map(({ id }) => id).join(' ')}`;
      if (present !== structure) {
        whole.clear();
        part.clear();
      }
      structure = present;
      trained = variables;
      const [only, ...others] = batches;
      onBatch(0);
      const { loss, norm, gradients } =
        only !== undefined && others.length === 0 ? wholeOf(only) : sumOf(batches, onBatch);
      return { loss, norm, gradients: new Map(variables.map((variable, i) => [variable, gradients[i] as tf.Tensor])) };
    },
  };
}

/** A micro-batch, and its share in the step's loss. */
interface Part<Batch> {
  readonly batch: Batch;
  readonly share: number;
}

interface Summed {
  readonly loss: number;
  readonly norm: number | null;
  readonly gradients: readonly tf.Tensor[];
}

function gradientOf(grads: tf.NamedTensorMap, variable: tf.Variable): tf.Tensor {
  const found = grads[variable.name];
  if (found === undefined) throw new Error(`no gradient reaches the variable ${variable.name} [${variable.shape}]`);
  return found;
}

function globalNorm(gradients: readonly tf.Tensor[]): tf.Scalar {
  return tf.sqrt(tf.addN(gradients.map((each) => tf.sum(tf.square(each))))) as tf.Scalar;
}

/** A scalar's value; the tensor goes. */
function taken(value: tf.Tensor): number {
  const [number] = value.dataSync();
  value.dispose();
  return number as number;
}
