// The parts of a record, as a page shows a run.
import { isCompleted } from '../../records/is-completed.ts';
import type { CompletedRecord, RunRecord } from '../../records/schema.ts';

export interface RecordSection {
  readonly title: string;
  /** Null where the record has none. */
  of(record: RunRecord): object | null;
}

const ofCompleted = (title: string, read: (record: CompletedRecord) => object | null): RecordSection => ({
  title,
  of: (record) => (isCompleted(record) ? read(record) : null),
});

/** Losses and merges are shown apart. */
export const RECORD_SECTIONS: readonly RecordSection[] = [
  ofCompleted('Scores', ({ metrics, evaluations, selection, collapsed, unreadable, forgetting }) => ({
    ...{ metrics, evaluations, collapsed, unreadable, forgetting },
    ...(selection !== undefined && { selection }),
  })),
  { title: 'Configuration', of: ({ config: { method, task, training } }) => ({ method, task, training }) },
  ofCompleted('Parameters', ({ params }) => params),
  ofCompleted('Trained', ({ trained }) => trained),
  ofCompleted('Seconds', ({ time }) => time),
  ofCompleted('Bytes of memory', ({ memory }) => memory),
  ofCompleted('Change of the weights', ({ update }) => update),
  { title: 'Model', of: ({ model }) => model },
  { title: 'Data', of: ({ dataset }) => dataset },
  { title: 'Search', of: ({ search }) => (search === null ? null : trialsOf(search)) },
  { title: 'Environment', of: ({ environment }) => environment },
  { title: 'Code', of: ({ code }) => code },
  ofCompleted('Attestation', ({ attestation }) => attestation),
  ofCompleted('What the model was asked', ({ asked }) => asked),
];

/** By the trial's id. */
function trialsOf(search: NonNullable<RunRecord['search']>): object {
  return Object.fromEntries(search.map(({ id, ...trial }) => [id, trial]));
}
