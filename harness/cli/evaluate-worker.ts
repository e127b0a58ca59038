// The entry of an evaluation's process.
import { type EvaluationJob, type EvaluationProgress, evaluateModel } from './evaluate-model.ts';
import { serveJob } from './serve-job.ts';

serveJob((job: EvaluationJob, onProgress: (progress: EvaluationProgress) => void) => evaluateModel(job, onProgress));
