// A record's id must be that of what the record says of itself: what was changed in its configuration, or was put under
// another record's name, is found where it is read.
import type { TObject } from 'typebox';
import { Faults, InputError } from '../contracts/input-error.ts';
import { shown } from '../contracts/validate.ts';
import type { RunRecord } from '../records/schema.ts';
import { datasetSha256, runId } from './run-id.ts';

/**
 * Of records whose id was made as ids are now, and whose method is known.
 * @param schemas the options' schemas of methods, by name
 * @param folder where the records lie, as messages name it
 * @throws InputError naming of each record that says otherwise file, key, value and what was expected
 */
export function requireTrueIds(
  records: readonly RunRecord[],
  schemas: ReadonlyMap<string, TObject>,
  folder: string,
): void {
  const faults = new Faults();
  for (const { id, config, model, dataset, code } of records) {
    const optionsSchema = schemas.get(config.method.name);
    if (code.semantics === null || optionsSchema === undefined) continue;
    const refuse = (key: string, value: string, expected: string, why: string) =>
      faults.add(new InputError(`${folder}/${id}.json: ${key}: ${shown(value)}; expected ${shown(expected)}, ${why}`));
    const own = ownIdentity({ config, model, dataset }, optionsSchema, code.semantics);
    if (dataset.sha256 !== own.datasetSha256) {
      refuse('dataset.sha256', dataset.sha256, own.datasetSha256, 'as dataset.files make it');
    }
    if (id !== own.id) refuse('id', id, own.id, 'as configuration, model, data and training semantics make it');
  }
  faults.throw();
}

/** The id and the data's checksum that follow from what a record says of itself. */
export function ownIdentity(
  { config, model, dataset }: Pick<RunRecord, 'config' | 'model' | 'dataset'>,
  optionsSchema: TObject,
  semantics: number,
): { readonly id: string; readonly datasetSha256: string } {
  const hashes = { modelSha256: model.sha256, datasetSha256: dataset.sha256 };
  return { id: runId({ config, optionsSchema, semantics, ...hashes }), datasetSha256: datasetSha256(dataset.files) };
}
