// What `run --json-lines` prints: an event a line, for other tools. This schema is its documentation.
import Type, { type Static } from 'typebox';
import { type Progress, runTitle } from './progress.ts';

const closed = { additionalProperties: false };
const count = (description: string) => Type.Integer({ minimum: 0, description });
/** Of a run, from its `begin` to its `end`. */
const run = Type.Integer({ minimum: 1, description: 'the number of the run in this stream, from 1' });

export const RunEventSchema = Type.Union([
  Type.Object(
    {
      event: Type.Literal('found', { description: 'once, before anything runs' }),
      study: Type.String({ description: "the study's name" }),
      folder: Type.String({ description: 'where the records are' }),
      total: count('trials and final runs'),
      kept: count('of them, those whose records are there'),
      toRun: count('the others'),
      strangers: count('records of no run of the study'),
    },
    closed,
  ),
  Type.Object(
    {
      event: Type.Literal('begin', { description: 'a run begins' }),
      run,
      title: Type.String({ description: 'for readers' }),
      purpose: Type.Enum(['final', 'search'], { description: 'search: a trial of a search' }),
      model: Type.String(),
      method: Type.String({ description: "the method's label" }),
      task: Type.String(),
      seed: count('of its random numbers'),
      learningRate: Type.Number(),
    },
    closed,
  ),
  Type.Object(
    {
      event: Type.Literal('step', {
        description: 'how far a run is: at most one a second, and the last of each phase',
      }),
      run,
      phase: Type.Enum(['load', 'train', 'evaluate']),
      done: count('steps of training, or examples scored'),
      total: count('of them, all'),
      loss: Type.Union([Type.Number(), Type.Null()], { description: "the last step's; null where there is none" }),
    },
    closed,
  ),
  Type.Object(
    {
      event: Type.Literal('end', { description: 'a run has ended, and its record is written' }),
      run,
      id: Type.String({ description: "the record's: runs/<id>.json" }),
      status: Type.Enum(['completed', 'failed', 'diverged']),
      metric: Type.Union([
        Type.Object({ name: Type.String(), value: Type.Union([Type.Number(), Type.Null()]) }, closed),
        Type.Null(),
      ]),
      error: Type.Union([Type.String(), Type.Null()], { description: 'of a run that did not complete' }),
      seconds: Type.Number({ minimum: 0 }),
    },
    closed,
  ),
  Type.Object(
    {
      event: Type.Literal('done', { description: 'the last line; an interrupted run has none' }),
      executed: count('runs that were executed'),
      failed: count('runs that failed, final ones that diverged or could not start'),
    },
    closed,
  ),
]);
export type RunEvent = Static<typeof RunEventSchema>;

export type EmitEvent = (event: RunEvent) => void;

/** Of steps, at most one a second of each run. */
const STEP_MILLISECONDS = 1000;

/** The events of a study's runs, from `begin` to `end`. */
export function eventProgress(emit: EmitEvent): Progress {
  let runs = 0;
  return {
    begin(config, title = runTitle(config)) {
      const run = ++runs;
      const { purpose, model, method, task, seed } = config;
      const { label, learningRate } = method;
      emit({ event: 'begin', run, title, purpose, model, method: label, task: task.id, seed, learningRate });
      let last = Number.NEGATIVE_INFINITY;
      return {
        update({ phase, done, total, loss }) {
          const now = performance.now();
          if (now - last < STEP_MILLISECONDS && done < total) return;
          last = now;
          // JSON has no word for what is not finite.
          const told = loss !== undefined && Number.isFinite(loss) ? loss : null;
          emit({ event: 'step', run, phase, done, total, loss: told });
        },
        end(record, seconds) {
          const { id, status } = record;
          const metric = record.status === 'completed' ? { ...record.metrics.primary } : null;
          emit({ event: 'end', run, id, status, metric, error: record.error?.message ?? null, seconds });
        },
        cancel() {},
      };
    },
    log() {},
    skip() {},
    stop() {},
  };
}
