// A study's records that may be believed as far as they can be held to what they say: tables and other figures are of these.
import { InputError } from '../contracts/input-error.ts';
import type { PredictionsSeen } from '../records/predictions.ts';
import { requireTrueSearches } from '../records/searches.ts';
import { readRecords, runsFolder } from '../records/store.ts';
import type { CheckedStudy } from '../study/read.ts';
import { type CurrentId, recordsOfStudy, requireOwnIds, type StudyRecords } from '../study/select.ts';

/**
 * @param seen is shown the predictions of each completed record of the folder, those of the study or not
 * @throws InputError for a malformed record, one that contradicts itself or its trials, or two of one configuration of which
 * neither can be called the older one
 */
export async function trustedRecords(
  study: CheckedStudy,
  folder: string,
  currentId: CurrentId,
  seen?: PredictionsSeen,
): Promise<StudyRecords> {
  const present = readRecords(runsFolder(folder), seen);
  requireOwnIds(study, present);
  const found = await recordsOfStudy(study, present, currentId);
  // Of those that the tables show: what an earlier search has left may tell of trials that were run again since.
  requireTrueSearches(found.finals, runsFolder(folder), present);
  if (found.untrueSearches.length > 0) throw new InputError(...found.untrueSearches.map(({ line }) => line));
  return found;
}
