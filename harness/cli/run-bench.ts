// Checks bench cases and measures each in a process of its own.
import { dirname } from 'node:path';
import { METHODS } from '../../methods/index.ts';
import { type BenchCase, BenchCasesSchema, type BenchResult } from '../contracts/bench-case.ts';
import { Faults, InputError } from '../contracts/input-error.ts';
import type { EncoderSpec, ModelSpec } from '../contracts/model.ts';
import { checkWithDefaults, unknownName } from '../contracts/validate.ts';
import { readText } from '../formats/text.ts';
import { parseWrittenJson } from '../formats/written-json.ts';
import { checkPrecision } from '../models/count.ts';
import { openModel } from '../models/load.ts';
import { PUBLISHED_DECODERS } from '../models/published.ts';
import { encoderSpec, longestSequence } from '../models/spec.ts';
import { type CaseMeasurement, WARMUP } from '../training/bench.ts';
import type { BenchJob } from './bench-worker.ts';
import { bundle } from './bundle-worker.ts';
import { runInChild, WorkerDied } from './child-process.ts';
import { cpuName } from './cpu-name.ts';
import { writeLine } from './output.ts';

export interface BenchReport {
  readonly machine: { readonly cpu: string; readonly threads: number; readonly matrixProductGflops: number };
  readonly results: readonly BenchResult[];
  /** Cases without a result, and why in one line. */
  readonly failures: readonly BenchFailure[];
}

export interface BenchFailure {
  readonly case: BenchCase;
  readonly message: string;
}

interface CheckedCase {
  readonly case: BenchCase;
  readonly spec: ModelSpec;
  readonly options: Record<string, unknown>;
}

/** @throws InputError naming file, case and key of every fault, before anything is measured */
export async function readCases(path: string): Promise<CheckedCase[]> {
  const cases = checkWithDefaults(BenchCasesSchema, parseWrittenJson(readText(path), path), { file: path });
  const faults = new Faults();
  const checked: CheckedCase[] = [];
  for (const [index, given] of cases.entries()) {
    const each = await faults.ofLater(() => checkCase(given, `${path}: [${index}]`, path, index));
    if (each !== undefined) checked.push(each);
  }
  faults.throw();
  return checked;
}

async function checkCase(given: BenchCase, where: string, file: string, index: number): Promise<CheckedCase> {
  const faults = new Faults();
  const spec = await faults.ofLater(async () =>
    typeof given.model === 'string' ? specOfName(given.model, where, dirname(file)) : specOfSizes(given.model, where),
  );
  const method = METHODS.find(({ name }) => name === given.method);
  if (method === undefined) {
    const names = METHODS.map(({ name }) => name);
    faults.add(unknownName(`${where}.method`, 'method', given.method, names));
  }
  const options =
    method &&
    faults.of(() => checkWithDefaults(method.optionsSchema, given.options, { file, at: `[${index}].options` }));
  faults.throw();
  if (spec === undefined || method === undefined || options === undefined) throw new Error('neither read nor refused');
  const refuse = (fault: string): void => faults.add(new InputError(`${where}.${fault}`));
  const longest = longestSequence(spec);
  if (given.length > longest) refuse(`length is ${given.length}, expected at most ${longest}`);
  const unfit = checkPrecision(spec, given.precision);
  if (unfit !== undefined) refuse(`precision: ${unfit}`);
  const plan = { precision: given.precision, totalSteps: given.steps + WARMUP };
  const wrong = given.mode === 'train' ? method.check?.(options, spec, plan) : undefined;
  if (wrong !== undefined) refuse(`options: ${wrong}`);
  faults.throw();
  return { case: given, spec, options };
}

/** A published decoder's sizes, or those of a model that is there. */
async function specOfName(name: string, where: string, folder: string): Promise<ModelSpec> {
  const published = PUBLISHED_DECODERS.find((decoder) => decoder.name === name);
  if (published !== undefined) return published.spec;
  try {
    return (await openModel(name, undefined, folder)).spec;
  } catch (error) {
    throw error instanceof InputError ? new InputError(`${where}.model: ${error.message}`) : error;
  }
}

function specOfSizes(sizes: Exclude<BenchCase['model'], string>, where: string): EncoderSpec {
  if (sizes.hidden % sizes.heads === 0) return encoderSpec(sizes);
  throw new InputError(`${where}.model.hidden is ${sizes.hidden}, expected a multiple of heads (${sizes.heads})`);
}

/** @param onCase called after each case with how many are done; a case that fails does not stop the others */
export async function runBench(
  cases: readonly CheckedCase[],
  threads: number,
  signal: AbortSignal,
  onCase: (done: number, outcome: BenchResult | BenchFailure) => void,
): Promise<BenchReport> {
  const worker = await bundle('bench-worker.ts');
  const measure = <Result>(job: BenchJob): Promise<Result> =>
    runInChild(worker.entry, job, { onProgress() {}, onOutput: (line) => writeLine(process.stderr, line) }, signal);
  try {
    const rate = await measure<number>({ kind: 'matrix-product', threads });
    const [results, failures]: [BenchResult[], BenchFailure[]] = [[], []];
    for (const [index, each] of cases.entries()) {
      try {
        const measured = await measure<CaseMeasurement>({ kind: 'case', threads, ...each });
        const share = measured.gflops === null ? null : measured.gflops / rate;
        const result = { case: each.case, ...measured, rooflineShare: share };
        results.push(result);
        onCase(index + 1, result);
      } catch (error) {
        if (!(error instanceof WorkerDied)) throw error;
        const failure = { case: each.case, message: error.message };
        failures.push(failure);
        onCase(index + 1, failure);
      }
    }
    return { machine: { cpu: cpuName(), threads, matrixProductGflops: rate }, results, failures };
  } finally {
    await worker.remove();
  }
}
