import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { finishReplacements, replaceRecord } from '../../harness/records/replace.ts';
import { readRecords, recordFiles, writeRecord } from '../../harness/records/store.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { completed, predictionsOf, sampleConfig, unfinished } from './sample.ts';

const config = sampleConfig();
const [old, made] = [completed(config, 0.8), completed(config, 0.9)];
const [PREDICTIONS, OTHERS] = [predictionsOf(old), predictionsOf(made)];
const FILES = [`${old.id}.json`, `${old.id}.predictions.jsonl`] as const;

/** A folder with the old record. */
function folderOfOld(): string {
  const folder = temporaryFolder();
  writeRecord(folder, old, PREDICTIONS);
  return folder;
}

function filesOf(record: typeof old, predictions: typeof PREDICTIONS): readonly [string, string] {
  const { text, lines = '' } = recordFiles('', record, predictions);
  return [text, lines];
}

/** What a reader finds: a record with the predictions that are its own, or none. */
function pairIn(folder: string): 'old' | 'new' | 'none' | 'mixed' {
  if (!existsSync(join(folder, FILES[0]))) return 'none';
  const texts = FILES.map((name) => readFileSync(join(folder, name), 'utf8'));
  const isPair = (pair: readonly [string, string]) => texts.every((text, i) => text === pair[i]);
  if (isPair(filesOf(old, PREDICTIONS))) return 'old';
  return isPair(filesOf(made, OTHERS)) ? 'new' : 'mixed';
}

describe('a completed record', () => {
  test('is replaced with its predictions, and nothing else is left', () => {
    const folder = folderOfOld();
    replaceRecord(folder, made, OTHERS);
    expect(pairIn(folder)).toBe('new');
    expect(readdirSync(folder).sort()).toEqual([...FILES]);
  });

  test('is replaced by one that diverged, which has no predictions', () => {
    const folder = folderOfOld();
    replaceRecord(folder, unfinished(config, 'diverged', 'why'), []);
    expect(readdirSync(folder)).toEqual([FILES[0]]);
    expect(readRecords(folder).map(({ status }) => status)).toEqual(['diverged']);
  });

  test('stays where the new one does not fit its schema', () => {
    const folder = folderOfOld();
    expect(() => replaceRecord(folder, { ...made, seed: -1 }, OTHERS)).toThrow(/seed/);
    expect(pairIn(folder)).toBe('old');
    expect(readdirSync(folder).sort()).toEqual([...FILES]);
  });
});

describe('a writer that is cut off', () => {
  const [record, predictions] = filesOf(made, OTHERS);
  const next = (folder: string, name: string) => join(folder, `${name}.next`);

  test('before the new record is whole leaves the old one, and the next writer clears up', () => {
    const folder = folderOfOld();
    writeFileSync(next(folder, FILES[1]), predictions);
    expect(pairIn(folder)).toBe('old');
    expect(readRecords(folder)).toEqual([old]);
    finishReplacements(folder);
    expect(pairIn(folder)).toBe('old');
    expect(readdirSync(folder).sort()).toEqual([...FILES]);
  });

  test.each<[string, (folder: string) => void, 'old' | 'none']>([
    ['once it is whole', () => {}, 'old'],
    ['once the old record is gone', (folder) => renameSync(join(folder, FILES[0]), join(folder, 'gone')), 'none'],
    [
      'once the predictions are there',
      (folder) => {
        renameSync(join(folder, FILES[0]), join(folder, 'gone'));
        renameSync(next(folder, FILES[1]), join(folder, FILES[1]));
      },
      'none',
    ],
  ])('%s leaves no mixture, and the next writer ends it', (_what, cut, seen) => {
    const folder = folderOfOld();
    writeFileSync(next(folder, FILES[1]), predictions);
    writeFileSync(next(folder, FILES[0]), record);
    cut(folder);
    expect(pairIn(folder)).toBe(seen);
    finishReplacements(folder);
    expect(pairIn(folder)).toBe('new');
    expect(readdirSync(folder).filter((name) => name !== 'gone')).toEqual([...FILES]);
  });
});

test('where there is no folder there is nothing to end', () => {
  expect(() => finishReplacements(join(temporaryFolder(), 'absent'))).not.toThrow();
});
