// What records of one study say of one another: a run that was copied under another seed, a search of another run's trials.
import { shown } from '../contracts/validate.ts';
import type { RunRecord } from '../records/schema.ts';

/** A record and its file. */
export interface Filed {
  readonly record: RunRecord;
  readonly file: string;
}

/** A line for each contradiction. @param keyOf one text for one configuration, whatever its seed */
export function faultsBetween(records: readonly Filed[], keyOf: (record: RunRecord) => string): string[] {
  return [...copiedRuns(records, keyOf), ...strangeTrials(records)];
}

/** Another seed draws other batches: the same losses, to the last bit, are of one run that is there twice. */
function copiedRuns(records: readonly Filed[], keyOf: (record: RunRecord) => string): string[] {
  const first = new Map<string, Filed>();
  return records.flatMap(({ record, file }) => {
    if (record.status !== 'completed' || record.losses.length === 0) return [];
    const { lossTraceSha256 } = record.attestation;
    const key = JSON.stringify([keyOf(record), lossTraceSha256]);
    const other = first.get(key);
    if (other === undefined) {
      first.set(key, { record, file });
      return [];
    }
    if (other.record.seed === record.seed) return [];
    const of = `seed ${other.record.seed} in ${other.file}`;
    return [
      `${file}: attestation.lossTraceSha256: ${shown(lossTraceSha256)}; expected other losses than those of ${of}`,
    ];
  });
}

/** A search is over trials of its own method, model and task. */
function strangeTrials(records: readonly Filed[]): string[] {
  const byId = new Map(records.map(({ record }) => [record.id, record]));
  return records.flatMap(({ record, file }) =>
    (record.search ?? []).flatMap(({ id }, i) => {
      const trial = byId.get(id);
      if (trial === undefined) return [];
      const [own, its] = [record, trial].map(({ config: { method, model, task } }) =>
        [method.name, model, task.id].join(', '),
      );
      // A path may be spelled otherwise and lead to the same weights.
      const isOwnModel = record.config.model === trial.config.model || record.model.sha256 === trial.model.sha256;
      const isOwn =
        isOwnModel &&
        record.config.method.name === trial.config.method.name &&
        record.config.task.id === trial.config.task.id;
      return isOwn ? [] : [`${file}: search[${i}].id: ${shown(id)}; expected a trial of ${own}, and it is of ${its}`];
    }),
  );
}
