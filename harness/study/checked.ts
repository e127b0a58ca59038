// A study as it was read: checked, and with its short forms written out.
import type { TObject } from 'typebox';
import type { MethodEntry, Study, TaskEntry } from './schema.ts';
import type { Space } from './search/space.ts';

/**
 * A study with the short forms written out: labels given, options complete, tasks as objects; where models were looked
 * for, relative paths of theirs with ./ or ../.
 */
export interface CheckedStudy extends Omit<Study, 'methods' | 'tasks'> {
  readonly methods: readonly CheckedMethod[];
  readonly tasks: readonly TaskEntry[];
}
export type CheckedMethod = Omit<MethodEntry, 'learningRate' | 'space'> &
  Required<Pick<MethodEntry, 'label' | 'options'>> & {
    readonly optionsSchema: TObject;
    /** Undefined where it is searched. */
    readonly learningRate: number | undefined;
    /** What is searched; empty where nothing is. */
    readonly space: Space;
  };
