// IA3 (Liu et al., 2022) for tests: a method that leaves vectors beside the model, which nothing merges into its weights.
import Type from 'typebox';
import type { Attached, Method } from '../harness/contracts/method.ts';
import { sitesOf } from '../harness/models/count.ts';
import { tf } from '../harness/tensor/index.ts';

const optionsSchema = Type.Object({}, { additionalProperties: false });
const isScaled = ({ role }: { role: string }) => role === 'k' || role === 'v';

/** @param left what is given for the state that the finished method leaves */
function methodOf(left: (vectors: readonly tf.Variable[]) => readonly tf.Variable[]): Method<typeof optionsSchema> {
  return {
    name: 'ia3',
    title: 'IA3',
    summary: 'scales keys and values by a vector',
    optionsSchema,
    attach(model): Attached {
      let finished = false;
      const vectors = model.sites.filter(isScaled).map((site) => {
        const vector = tf.tidy(() => tf.variable(tf.ones([site.out])));
        model.wrap(site, (x, base) => tf.mul(base(x), vector));
        return vector;
      });
      return {
        trainable: () => (finished ? left(vectors) : vectors),
        finish() {
          finished = true;
        },
      };
    },
    count(spec) {
      const all = sitesOf(spec)
        .filter(isScaled)
        .reduce((sum, { out }) => sum + out, 0);
      return { trainable: all, trainableCumulative: all, stored: all };
    },
  };
}

export const ia3 = methodOf((vectors) => vectors);

/** As {@link ia3}, but silent of what it leaves: its vectors decide predictions, and no hash has them. */
export const silentIa3 = methodOf(() => []);
