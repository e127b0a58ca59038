// The state that decides what a run predicts, and its hash.
import { createHash } from 'node:crypto';
import type { Attached } from '../contracts/method.ts';
import type { Parameter } from '../contracts/model.ts';
import { requireFinite } from '../contracts/not-finite.ts';
import type { tf } from '../tensor/index.ts';
import { AS_THEY_ARE, type LabelScale } from './label-scale.ts';
import type { ModelOnTask } from './model-on-task.ts';

export interface State {
  /** The model's as they are now, what is frozen among them, for merges may have changed it; and the head's. */
  readonly parameters: readonly Parameter[];
  /** What the method has beside the model: while it trains what it trains, once it has finished what it leaves. */
  readonly variables: readonly tf.Variable[];
  /** From an output to a prediction. */
  readonly labelScale: LabelScale;
}

/** All that decides a prediction: see {@link Attached}. */
export function stateOf(
  { model, head, labelScale }: Pick<ModelOnTask<unknown>, 'model' | 'head' | 'labelScale'>,
  attached: Pick<Attached, 'trainable'>,
): State {
  const base = new Set(model.parameters.map(({ variable }) => variable));
  return {
    parameters: [...model.parameters, ...model.frozen, ...head],
    variables: attached.trainable().filter((variable) => !base.has(variable)),
    labelScale,
  };
}

/**
 * Of names and bytes, little-endian (float32, or those of packed weights), in the order given; and of the scale of labels,
 * where they are not as they are.
 * @throws NotFinite naming the first that holds NaN or an infinity
 */
export function hashState({ parameters, variables, labelScale: { shift, scale } }: State): string {
  const hash = createHash('sha256');
  for (const { name, variable } of parameters)
    hash.update(`${name} [${variable.shape}]`).update(bytesOf(variable, name));
  for (const variable of variables) hash.update(`[${variable.shape}]`).update(bytesOf(variable, variable.name));
  if (shift !== AS_THEY_ARE.shift || scale !== AS_THEY_ARE.scale) hash.update(`label scale ${shift} ${scale}`);
  return hash.digest('hex');
}

function bytesOf(variable: tf.Variable, name: string): Uint8Array {
  const values = variable.dataSync<'float32'>();
  requireFinite(values, (value, index) => `${name} holds ${value} at index ${index}`);
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}
