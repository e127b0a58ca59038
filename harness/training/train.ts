// The training loop. It knows no method by name: a method says what is trained, and may act between steps.
import type { Attached } from '../contracts/method.ts';
import { requireFinite } from '../contracts/not-finite.ts';
import type { Training } from '../contracts/run-config.ts';
import type { Dropout } from '../models/dropout.ts';
import { tf } from '../tensor/index.ts';
import { createDifferentiator } from './gradients.ts';
import type { Objective } from './objective.ts';
import { AdamwOptimizer, type ParameterGroup } from './optimizer.ts';
import { scheduleFactor } from './schedule.ts';

export interface LearningRates {
  /** Of the method's own variables. */
  readonly method: number;
  readonly head: number;
}

export interface StepOutcome {
  /** Before the step's update; with the method's penalty. */
  readonly loss: number;
  /** Norm of the whole gradient before clipping; null where nothing is clipped. */
  readonly gradientNorm: number | null;
}

/** Trains a model step by step. */
export interface Trainer<Batch> {
  /**
   * One step on all that `batches` hold.
   * @param onBatch called with the index of the batch that is computed next
   * @throws NotFinite where the loss or the gradient's norm is not finite: nothing was updated then
   */
  step(index: number, batches: readonly Batch[], onBatch?: (batch: number) => void): StepOutcome;
  /** The largest number of bytes of trained weights, gradients and moments so far. */
  readonly stateBytes: number;
  /** Whether the optimiser has moments of a variable. */
  hasMoments(variable: tf.Variable): boolean;
  dispose(): void;
}

export function createTrainer<Batch>(
  objective: Objective<Batch>,
  attached: Attached,
  rates: LearningRates,
  training: Training,
  totalSteps: number,
  dropout: Dropout,
): Trainer<Batch> {
  const optimizer = new AdamwOptimizer(training);
  const { head } = objective;
  const differentiator = createDifferentiator(objective, attached, dropout, training);
  let stateBytes = 0;
  return {
    step(index, batches, onBatch = () => {}) {
      const own = attached.trainable();
      const factor = scheduleFactor(index, totalSteps, training);
      const groups: ParameterGroup[] = [
        { variables: own, learningRate: rates.method * factor },
        { variables: head, learningRate: rates.head * factor },
      ];
      const variables = [...own, ...head];
      stateBytes = Math.max(
        stateBytes,
        4 * Float32Array.BYTES_PER_ELEMENT * variables.reduce((sum, { size }) => sum + size, 0),
      );
      const outcome = { loss: Number.NaN, gradientNorm: null as number | null };
      tf.tidy(() => {
        const { loss, norm, gradients } = differentiator.differentiate(batches, variables, onBatch);
        requireFinite([loss], (value) => `the loss of step ${index} is ${value}`);
        requireFinite([norm ?? 0], (value) => `the gradient's norm at step ${index} is ${value}, of a loss of ${loss}`);
        optimizer.step(groups, gradients, clippingFactor(norm, training.clip));
        outcome.loss = loss;
        outcome.gradientNorm = norm;
      });
      return outcome;
    },
    get stateBytes() {
      return stateBytes;
    },
    hasMoments: (variable) => optimizer.hasMoments(variable),
    dispose: () => optimizer.dispose(),
  };
}

/** As torch.nn.utils.clip_grad_norm_. */
function clippingFactor(norm: number | null, clip: number): number {
  return norm === null ? 1 : Math.min(1, clip / (norm + 1e-6));
}
