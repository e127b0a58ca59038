// Loss and gradients of a batch: traced once for each structure of the model and shape of the batch, then replayed.
import type { Attached } from '../contracts/method.ts';
import type { Training } from '../contracts/run-config.ts';
import type { Dropout } from '../models/dropout.ts';
import { tf } from '../tensor/index.ts';
import type { Objective } from './objective.ts';
import { createReplay } from './replay.ts';

export interface LossAndGradients {
  /** With the method's penalty. */
  readonly loss: tf.Scalar;
  /** Norm of the whole gradient, where it is clipped. */
  readonly norm: tf.Scalar | undefined;
  /** One a variable, of its shape. */
  readonly gradients: ReadonlyMap<tf.Variable, tf.Tensor>;
}

export interface Differentiator<Batch> {
  /** The caller disposes of the tensors. */
  differentiate(batch: Batch, variables: readonly tf.Variable[]): LossAndGradients;
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
  let structure = '';
  let trained: readonly tf.Variable[] = [];

  const trace = (current: () => Batch): tf.Tensor[] => {
    const penalised = () => {
      const loss = objective.loss(current, dropout);
      return attached.penalty ? tf.add<tf.Scalar>(loss, attached.penalty()) : loss;
    };
    const { value, grads } = tf.variableGrads(penalised, trained as tf.Variable[]);
    const gradients = trained.map((variable) => gradientOf(grads, variable));
    return [value, ...(withNorm ? [globalNorm(gradients)] : []), ...gradients];
  };
  const replay = createReplay(objective.shapeOf, trace, { recomputed: gradientCheckpointing ? 'all' : 'cheap' });

  return {
    differentiate(batch, variables) {
      const present = `${objective.revision} ${variables.map(({ id }) => id).join(' ')}`;
      if (present !== structure) replay.clear();
      structure = present;
      trained = variables;
      const [value, ...rest] = replay.run(batch);
      const norm = withNorm ? rest.shift() : undefined;
      return {
        loss: value as tf.Scalar,
        norm: norm as tf.Scalar | undefined,
        gradients: new Map(variables.map((variable, i) => [variable, rest[i] as tf.Tensor])),
      };
    },
  };
}

function gradientOf(grads: tf.NamedTensorMap, variable: tf.Variable): tf.Tensor {
  const found = grads[variable.name];
  if (found === undefined) throw new Error(`no gradient reaches the variable ${variable.name} [${variable.shape}]`);
  return found;
}

function globalNorm(gradients: readonly tf.Tensor[]): tf.Scalar {
  return tf.sqrt(tf.addN(gradients.map((each) => tf.sum(tf.square(each))))) as tf.Scalar;
}
