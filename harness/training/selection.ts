// Chooses the weights that are evaluated: scores held-out training examples while training, keeps what the best scored with,
// and puts it back at the end.
import type { Attached } from '../contracts/method.ts';
import { type SelectionScore, selectedStep } from '../contracts/selection.ts';
import type { Recording } from '../models/learned.ts';
import { adopt, tf } from '../tensor/index.ts';
import type { ModelOnTask, SelectionSet } from './model-on-task.ts';

export interface Selection {
  /** Scores after so many steps, and keeps the state where no score before was as high. */
  score(step: number, onProgress: (done: number, total: number) => void): void;
  /** Before the method finishes: puts the best state back. Gives what was chosen, for the record. */
  restore(): { readonly examples: number; readonly step: number; readonly scores: SelectionScore[] };
}

/** What brings a state back. */
type Restore = () => void;

/**
 * @param set the examples that are scored
 * @param recording of the model that the method works on
 */
export function createSelection(
  subject: Pick<ModelOnTask<unknown>, 'model' | 'head'>,
  set: SelectionSet,
  attached: Attached,
  recording: Pick<Recording, 'merges' | 'mark'>,
): Selection {
  const scores: SelectionScore[] = [];
  let best: { readonly step: number; readonly restore: Restore } | undefined;
  return {
    score(step, onProgress) {
      requireRestorable(attached, recording);
      scores.push({ step, value: set.evaluate(onProgress).primary.value });
      if (selectedStep(scores) === step) best = { step, restore: keep(subject, attached, recording) };
    },
    restore() {
      const last = scores.at(-1);
      if (best === undefined || last === undefined) throw new Error('nothing was scored to select by');
      requireRestorable(attached, recording);
      if (best.step !== last.step) best.restore();
      return { examples: set.examples, step: best.step, scores };
    },
  };
}

/** A merge leaves nothing to undo it by, unless the method says how it was before. */
function requireRestorable({ checkpoint }: Attached, { merges }: Pick<Recording, 'merges'>): void {
  if (checkpoint !== undefined || merges === 0) return;
  throw new Error('the selection "best" cannot undo a merge of a method without checkpoint(); expected "last"');
}

/** Copies what is trained, and of a method that merges in between the whole base. */
function keep(
  { model, head }: Pick<ModelOnTask<unknown>, 'model' | 'head'>,
  attached: Attached,
  recording: Pick<Recording, 'mark'>,
): Restore {
  const trained = attached.trainable();
  const back = attached.checkpoint?.();
  const base = new Set(model.parameters.map(({ variable }) => variable));
  // What a method with a checkpoint trains beside the base is its own to bring back.
  const own = back === undefined ? trained : trained.filter((variable) => base.has(variable));
  const whole = back === undefined ? [] : [...base];
  const variables = [...new Set([...own, ...whole, ...head.map(({ variable }) => variable)])];
  const values = variables.map((variable) => ({ variable, values: variable.dataSync<'float32'>().slice() }));
  const forgetMerges = recording.mark();
  return () => {
    if (back === undefined && !isSame(trained, attached.trainable())) {
      throw new Error(
        'the selection "best" cannot bring back variables of a method without checkpoint() that trains others since; expected "last"',
      );
    }
    back?.();
    forgetMerges();
    for (const { variable, values: kept } of values) {
      tf.tidy(() => variable.assign(adopt(kept, variable.shape)));
    }
  };
}

function isSame(one: readonly tf.Variable[], other: readonly tf.Variable[]): boolean {
  return one.length === other.length && one.every((variable, index) => variable === other[index]);
}
