// The entry of an evaluation's process.
import { type EvaluationProgress, type EvaluationsJob, evaluateTasks } from './evaluate-model.ts';
import { serveJob } from './serve-job.ts';

serveJob((job: EvaluationsJob, onProgress: (progress: EvaluationProgress) => void) => evaluateTasks(job, onProgress));
