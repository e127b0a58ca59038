// The entry of a thread that compares the methods of tasks, one task at a time.
import { parentPort } from 'node:worker_threads';
import { compareTask } from '../stats/compare-methods.ts';
import type { TaskScores } from '../stats/scores.ts';

parentPort?.on('message', (scores: TaskScores) => parentPort?.postMessage(compareTask(scores)));
