// The entry of a bench process: one case, or the machine's matrix product rate.
import { methodByName } from '../../methods/index.ts';
import type { BenchCase } from '../contracts/bench-case.ts';
import type { ModelSpec } from '../contracts/model.ts';
import { useBackend } from '../tensor/index.ts';
import { measureCase, measureMatrixProduct } from '../training/bench.ts';
import { serveJob } from './serve-job.ts';

export type BenchJob = { readonly threads: number } & (
  | {
      readonly kind: 'case';
      readonly case: BenchCase;
      readonly spec: ModelSpec;
      readonly options: Record<string, unknown>;
    }
  | { readonly kind: 'matrix-product' }
);

serveJob(async (job: BenchJob) => {
  useBackend('onnx', { threads: job.threads });
  if (job.kind === 'matrix-product') return measureMatrixProduct();
  return measureCase(job.case, job.spec, methodByName(job.case.method), job.options);
});
