// The cost of one run from its configuration and sizes: parameters, memory, floating-point operations, disk.
import { BASE_PRECISIONS, type BasePrecision } from '../contracts/base-precision.ts';
import type { Method } from '../contracts/method.ts';
import type { ModelSpec } from '../contracts/model.ts';
import type { RunConfig } from '../contracts/run-config.ts';
import { checkPrecision } from '../models/count.ts';
import { evaluationShapes, stepShape } from './batch-shape.ts';
import { type Counts, countsOf } from './counts.ts';
import { runBytes } from './disk.ts';
import { forwardFlops, type StepFlops, stepFlops, totalFlops } from './flops.ts';
import { type Memory, memoryOf } from './memory.ts';
import type { TaskTexts } from './texts.ts';
import { trainedBy } from './trained.ts';

export interface CostInputs {
  readonly spec: ModelSpec;
  readonly method: Pick<Method, 'count' | 'placement'>;
  readonly config: Pick<RunConfig, 'method' | 'task' | 'training'>;
  /** Of the task head; null where there is none. */
  readonly outputs: number | null;
  readonly texts: TaskTexts;
  /** Of the run. */
  readonly steps: number;
}

export interface RunCost {
  readonly counts: Counts;
  readonly memory: Memory;
  /** The same with the base in each precision; null where it cannot be held in one. */
  readonly memoryByPrecision: Readonly<Record<BasePrecision, Memory | null>>;
  readonly steps: number;
  readonly flops: {
    readonly step: StepFlops;
    /** Every step's. */
    readonly training: number;
    /** Of scoring the evaluation sets once. */
    readonly evaluation: number;
  };
  /** Bytes that it leaves. */
  readonly disk: number;
  /** Whether lengths of texts are known, or taken to be the longest allowed. */
  readonly texts: TaskTexts['source'];
}

export function costOfRun({ spec, method, config, outputs, texts, steps }: CostInputs): RunCost {
  const { training } = config;
  const { options } = config.method;
  const counts = countsOf(spec, method, options, { totalSteps: steps, outputs });
  const { trainable, trainableCumulative, head } = counts.parameters;
  const trained = trainedBy(spec, method, options, trainable);
  const step = stepShape(spec, training, texts.train);
  const scoring = texts.evaluation.examples > 0 ? evaluationShapes(spec, training, texts.evaluation) : [];
  const taken = trainable + head === 0 ? 0 : steps;
  const draws = trainable === 0 ? 1 : Math.round(trainableCumulative / trainable);
  const { basePrecision: precision, baseMerge, gradientCheckpointing } = training;
  const flops = stepFlops(spec, step.mean, trained, gradientCheckpointing);
  const memoryIn = (held: BasePrecision): Memory =>
    memoryOf({
      ...{ spec, trained, head, gradientCheckpointing, step, baseMerge },
      ...{ precision: held, cumulative: trainableCumulative, evaluation: scoring, steps: taken },
    });
  const scored = texts.evaluation.examples;
  return {
    counts,
    memory: memoryIn(precision),
    memoryByPrecision: byPrecision((held) => {
      const isHeld = checkPrecision(spec, held) === undefined && (held === 'f32' || !trained.isWhole);
      return isHeld ? memoryIn(held) : null;
    }),
    steps: taken,
    flops: {
      step: flops,
      training: taken * totalFlops(flops),
      evaluation: forwardFlops(spec, {
        sequences: scored * texts.evaluation.sequences,
        length: texts.evaluation.mean,
        predicted: scored * texts.evaluation.learnt,
        past: texts.evaluation.shared,
      }),
    },
    disk: runBytes({ steps: taken, draws, scored, scores: Math.max(outputs ?? 1, texts.evaluation.sequences) }),
    texts: texts.source,
  };
}

function byPrecision<T>(of: (precision: BasePrecision) => T): Readonly<Record<BasePrecision, T>> {
  return Object.fromEntries(BASE_PRECISIONS.map((precision) => [precision, of(precision)])) as Record<BasePrecision, T>;
}
