// AdamW over changing sets of variables: a variable's moments live as long as it is trained, so a new booster starts
// afresh while the head goes on, and nobody needs to say so.
import type { Training } from '../contracts/run-config.ts';
import { type AdamwMoments, type AdamwUpdate, adamw, adopt, tf } from '../tensor/index.ts';

/** Variables trained at one learning rate. */
export interface ParameterGroup {
  readonly variables: readonly tf.Variable[];
  readonly learningRate: number;
}

interface State extends AdamwMoments {
  step: number;
}

export class AdamwOptimizer {
  private readonly states = new Map<tf.Variable, State>();

  constructor(private readonly settings: Pick<Training, 'beta1' | 'beta2' | 'epsilon' | 'weightDecay'>) {}

  /**
   * One step. Biases and norms (variables of one axis) do not decay.
   * @param gradients of every variable, of its shape
   * @param gradientScale multiplies every gradient first
   */
  step(groups: readonly ParameterGroup[], gradients: ReadonlyMap<tf.Variable, tf.Tensor>, gradientScale: number): void {
    this.forgetAllBut(new Set(groups.flatMap(({ variables }) => variables)));
    const { beta1, beta2, epsilon, weightDecay } = this.settings;
    const updates = groups.flatMap(({ variables, learningRate }) =>
      variables.map((variable): AdamwUpdate => {
        const moments = this.stateOf(variable);
        moments.step += 1;
        const decay = variable.rank > 1 ? weightDecay : 0;
        const scalars = { learningRate, beta1, beta2, epsilon, weightDecay: decay, step: moments.step, gradientScale };
        return { variable, gradient: gradients.get(variable) as tf.Tensor, moments, scalars };
      }),
    );
    adamw(updates);
  }

  /** Whether it has moments of a variable: those are there from its first step to the last of an unbroken row. */
  hasMoments(variable: tf.Variable): boolean {
    return this.states.has(variable);
  }

  dispose(): void {
    this.forgetAllBut(new Set());
  }

  private stateOf(variable: tf.Variable): State {
    const known = this.states.get(variable);
    if (known) return known;
    const zeros = () => tf.tidy(() => tf.variable(adopt(new Float32Array(variable.size), variable.shape)));
    const state = { first: zeros(), second: zeros(), step: 0 };
    this.states.set(variable, state);
    return state;
  }

  private forgetAllBut(trained: ReadonlySet<tf.Variable>): void {
    for (const [variable, { first, second }] of this.states) {
      if (trained.has(variable)) continue;
      first.dispose();
      second.dispose();
      this.states.delete(variable);
    }
  }
}
