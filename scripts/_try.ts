import { join } from 'node:path';
import { readRecords, runsFolder } from '../harness/records/store.ts';
import { taskScores } from '../harness/records/task-scores.ts';
import { compareStudy } from '../harness/stats/compare-methods.ts';
for (const study of process.argv.slice(2)) {
  const folder = runsFolder(study);
  const records = readRecords(folder).flatMap((r) =>
    r.status === 'completed' ? [{ record: r, file: join(folder, `${r.id}.json`) }] : [],
  );
  const { tasks, leftOut } = taskScores(records);
  console.log(
    study,
    tasks.map((t) =>
      [
        t.task,
        t.metric,
        t.overall,
        t.sets.map((s) => s.ids.length),
        t.methods.map((m) => m.label + m.runs.length).join(),
      ].join(' '),
    ),
    leftOut,
  );
  const t0 = performance.now();
  const c = compareStudy(tasks, 'full');
  console.log(performance.now() - t0);
  console.log(
    JSON.stringify(
      c,
      (k, v) =>
        k === 'profile' || k === 'thresholds' ? undefined : typeof v === 'number' ? Number(v.toPrecision(4)) : v,
      1,
    ).slice(0, 9000),
  );
}
