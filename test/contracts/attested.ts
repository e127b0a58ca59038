// What a finished method owes to attestation: whatever decides an output is in the model, or in trainable().
import type { Attached, Method } from '../../harness/contracts/method.ts';
import type { AdaptableModel } from '../../harness/contracts/model.ts';
import { streamsOf } from '../../harness/random/streams.ts';
import { tf } from '../../harness/tensor/index.ts';
import { stateOf } from '../../harness/training/attest.ts';
import { AS_THEY_ARE } from '../../harness/training/label-scale.ts';
import { largestDifference } from '../fixtures.ts';

/** Moves every trained variable, as a step would; what is zero at first among them. */
export function disturb(attached: Attached): void {
  const draw = streamsOf(9)('disturb');
  for (const variable of attached.trainable()) {
    const moves = Float32Array.from({ length: variable.size }, () => draw.normal(0.05));
    tf.tidy(() => variable.assign(tf.add(variable, tf.tensor(moves, variable.shape))));
  }
}

/**
 * How much the outputs differ of two models that have the same attested state: one trained by the method, the other made
 * by the method on another seed, without training, whose attested state is then replaced by the first one's. Anything but 0
 * comes from something that no hash has, be it a variable, a tensor or a number.
 */
export async function unattestedDifference<Model extends AdaptableModel>(
  { method, options, totalSteps }: { method: Method; options: Record<string, unknown>; totalSteps: number },
  load: () => Model | Promise<Model>,
  outputs: (model: Model) => Float32Array,
): Promise<number> {
  const finished = async (seed: number, train: (attached: Attached) => void) => {
    const model = await load();
    const dropout = <T extends tf.Tensor>(_rate: number, _site: string, x: T) => x;
    const attached = method.attach(model, options, { random: streamsOf(seed), dropout, totalSteps });
    for (let step = 0; step < totalSteps; step++) {
      train(attached);
      attached.afterStep?.(step);
    }
    attached.finish();
    const { parameters, variables } = stateOf({ model, head: [], labelScale: AS_THEY_ARE }, attached);
    return { model, state: [...parameters.map(({ variable }) => variable), ...variables] };
  };
  const [trained, other] = [await finished(3, disturb), await finished(4, () => {})];
  const shapes = ({ state }: typeof trained) => state.map(({ shape }) => shape.join(' ')).join(', ');
  if (shapes(trained) !== shapes(other)) throw new Error('the attested state has other shapes on another seed');
  for (const [i, variable] of trained.state.entries()) tf.tidy(() => other.state[i]?.assign(variable.clone()));
  return largestDifference(outputs(trained.model), outputs(other.model));
}
