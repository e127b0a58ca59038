// Puts a new record in the place of a completed one, which stays until the new one is whole on the disk. Whoever reads in
// between sees the old one, none or the new one, each with its own predictions.
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { writing } from '../contracts/write-error.ts';
import { readText } from '../formats/text.ts';
import type { Prediction, RunRecord } from './schema.ts';
import { parseRecord, recordFiles } from './store.ts';
import { moveWhole, writeWhole } from './write-whole.ts';

const NEXT = '.next';
const RECORD = `.json${NEXT}`;
const PREDICTIONS = `.predictions.jsonl${NEXT}`;

/**
 * Writes a completed or diverged record and its predictions in place of those that are there.
 * @throws as writeRecord, but for the completed record that stands there
 */
export function replaceRecord(folder: string, record: RunRecord, predictions: readonly Prediction[]): void {
  const { id } = record;
  const { text, lines } = recordFiles(folder, record, predictions);
  if (lines !== undefined) writeWhole(join(folder, `${id}${PREDICTIONS}`), lines);
  // Once this is there, the new record counts, whatever becomes of this process.
  writeWhole(join(folder, `${id}${RECORD}`), text);
  finish(folder, id);
}

/** Ends what a writer that was cut off has begun: for who alone writes to the folder. */
export function finishReplacements(folder: string): void {
  if (!existsSync(folder)) return;
  const idsOf = (ending: string): string[] => {
    const names = readdirSync(folder).filter((name) => name.endsWith(ending));
    return names.sort().map((name) => name.slice(0, -ending.length));
  };
  for (const id of idsOf(RECORD)) finish(folder, id);
  for (const id of idsOf(PREDICTIONS)) rmSync(join(folder, `${id}${PREDICTIONS}`));
}

/** May be cut off anywhere, and begun again. */
function finish(folder: string, id: string): void {
  const next = join(folder, `${id}${RECORD}`);
  const { status } = parseRecord(readText(next), next);
  const file = join(folder, `${id}.json`);
  const predictions = join(folder, `${id}.predictions.jsonl`);
  const nextPredictions = join(folder, `${id}${PREDICTIONS}`);
  writing(file, () => {
    rmSync(file, { force: true });
    if (status !== 'completed') rmSync(predictions, { force: true });
    else if (existsSync(nextPredictions)) moveWhole(nextPredictions, predictions);
    moveWhole(next, file);
  });
}
