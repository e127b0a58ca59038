// Compares the methods of a task with each other, and of a study's tasks, by every statistic there is.
import type { StudyComparisons, TaskComparisons } from './comparison.ts';
import type { TaskScores } from './scores.ts';

/** Each method, and each pair of methods, on one task. A function of `scores` alone: draws come from the task's own streams. */
export declare function compareTask(scores: TaskScores): TaskComparisons;

/**
 * All tasks of a study, with Holm's correction over all pairs of all tasks.
 * @param reference the label of the method that is 1 in normalised scores: full fine-tuning
 */
export declare function compareStudy(tasks: readonly TaskScores[], reference?: string): StudyComparisons;
