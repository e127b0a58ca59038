// The entry of a run's process.
import { executeRun, type RunProgress } from './execute-run.ts';
import { serveJob } from './serve-job.ts';
import type { Job } from './workers.ts';

serveJob(({ config, context }: Job, onProgress: (progress: RunProgress) => void) =>
  executeRun(config, { ...context, onProgress }),
);
