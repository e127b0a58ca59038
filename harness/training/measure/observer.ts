// Looks on while a run trains, and tells what it saw: merges, how far the weights went, what a decoder kept. It changes no
// number of the run, and its time counts apart.
import type { AdaptableModel } from '../../contracts/model.ts';
import type { TensorFile } from '../../formats/tensor-file.ts';
import { type Recording, recordMerges } from '../../models/learned.ts';
import type { Results } from '../../records/schema.ts';
import type { tf } from '../../tensor/index.ts';
import type { ModelOnTask } from '../model-on-task.ts';
import type { Apart } from './apart.ts';
import { auditMerges, type Training } from './merge-audit.ts';
import { weightChange } from './weight-change.ts';

export interface Observer {
  /** To be given to the method in the model's place. */
  readonly model: AdaptableModel;
  readonly recording: Recording;
  /**
   * Has a method's hook do its work, after a step or when training ends.
   * @param step steps taken so far
   */
  during(step: number, training: Training, hook: () => void): void;
  /** Once the method has finished. */
  seen(): Pick<Results, 'merges' | 'update' | 'forgetting'>;
}

/**
 * To be made before the method is attached.
 * @param file of the model's weights, from which those before training are read again
 */
export function observe(
  { model, probe, fixedTextLoss }: Pick<ModelOnTask<unknown>, 'model' | 'probe' | 'fixedTextLoss'>,
  file: Pick<TensorFile, 'read'>,
  apart: Apart,
): Observer {
  const lossBefore = fixedTextLoss && apart.measure(fixedTextLoss);
  const recording = recordMerges(model);
  const audit = auditMerges(recording.model, probe, apart);
  const base = new Set(model.parameters.map(({ variable }) => variable));
  const trained = new Set<tf.Variable>();
  return {
    model: audit.model,
    recording: {
      ...recording,
      get merges() {
        return recording.merges;
      },
      mark() {
        const [forget, count] = [recording.mark(), audit.merges.length];
        return () => {
          forget();
          audit.merges.length = count;
        };
      },
    },
    during(step, training, hook) {
      for (const variable of training.attached.trainable()) if (base.has(variable)) trained.add(variable);
      audit.during(step, training, hook);
    },
    seen: () =>
      apart.measure(() => ({
        merges: audit.merges,
        update: weightChange(model, file, {
          adapters: recording.adapters(),
          whole: model.parameters.filter(({ variable }) => trained.has(variable)),
        }),
        forgetting:
          fixedTextLoss === undefined || lossBefore === undefined
            ? null
            : { before: lossBefore, after: fixedTextLoss() },
      })),
  };
}
