// What is kept of predictions while records are read is what their files give when they are read again.
import { cpSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { InputError } from '../../harness/contracts/input-error.ts';
import { readPredictions } from '../../harness/records/predictions.ts';
import { rescore } from '../../harness/records/rescore.ts';
import { RunsRead } from '../../harness/records/runs-read.ts';
import { readRecords } from '../../harness/records/store.ts';
import { taskScores } from '../../harness/records/task-scores.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const completedIn = (folder: string, runs?: RunsRead) =>
  readRecords(folder, runs?.see).flatMap((record) =>
    record.status === 'completed' ? [{ record, file: join(folder, `${record.id}.json`) }] : [],
  );

describe.each(['quick', 'commonsense-smollm2', 'mmlu-smollm2'])('of results/%s', (study) => {
  const folder = `results/${study}/runs`;

  it('methods are compared by the same, and no file is read again', () => {
    const copy = temporaryFolder();
    cpSync(folder, copy, { recursive: true });
    const fromFiles = taskScores(completedIn(copy));
    const runs = new RunsRead();
    const stored = completedIn(copy, runs);
    for (const name of readdirSync(copy)) rmSync(join(copy, name));
    const kept = taskScores(stored.map((each) => ({ ...each, scores: runs.scoresOf(each.record) })));
    expect(kept).toEqual(fromFiles);
    expect(kept.tasks.length).toBeGreaterThan(0);
  });

  it('another metric is what `rescore` makes of it, of final runs alone', () => {
    const runs = new RunsRead('accuracy');
    for (const { record, file } of completedIn(folder, runs)) {
      const again = runs.withMetric(record);
      if (record.config.purpose === 'search') expect(again).toBe(record);
      else {
        const all = rescore(record, readPredictions(file), 'accuracy', file);
        expect(again).toMatchObject({ metrics: { primary: { name: 'accuracy', value: all.accuracy ?? null }, all } });
      }
    }
  });
});

it('a metric that predictions cannot have is refused where it is asked for, and not before', () => {
  const runs = new RunsRead('f1');
  const stored = completedIn('results/quick/runs', runs);
  const final = stored.find(({ record: { config } }) => config.purpose === 'final' && config.task.id === 'glue/stsb');
  if (final === undefined) throw new Error('no final run of glue/stsb');
  expect(() => runs.withMetric(final.record)).toThrow(InputError);
});
