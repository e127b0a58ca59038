import { expect, test } from 'vitest';
import { type Axes, aggregate } from '../../harness/report/aggregate.ts';
import { qualityFigure } from '../../harness/report/figure.ts';
import { completed, sampleConfig, unfinished } from '../records/sample.ts';

const axes = (labels: string[], tasks: string[]): Axes => ({ models: ['tiny'], labels, tasks, seeds: [0, 1] });
const run = (label: string, task: string, seed: number, value: number) =>
  completed(sampleConfig({ label, task, seed }), value);
const circles = (svg: string) => [...svg.matchAll(/<circle cx="([^"]+)" cy="([^"]+)"/g)].map(([, x, y]) => [x, y]);

// Panels are 240 wide, begin at 110 and stand 270 apart; rows begin at 54 and stand 34 apart.
test('draws a dot at the mean and a bar of one deviation each way, a panel a task, a row a method', () => {
  const records = [
    run('lora', 't/one', 0, 0.4),
    run('lora', 't/one', 1, 0.6),
    run('xgb', 't/one', 0, 0.25),
    run('xgb', 't/one', 1, 0.25),
    run('lora', 't/two', 0, 1),
    run('lora', 't/two', 1, 1),
  ];
  const svg = qualityFigure(aggregate(records, axes(['lora', 'xgb'], ['t/one', 't/two'])));
  // Of xgb there is nothing on t/two: no dot, not one at 0.
  expect(circles(svg)).toEqual([
    ['230.0', '54'],
    ['170.0', '88'],
    ['620.0', '54'],
  ]);
  // 0.5 ± 0.1414: 110 + 240 * 0.3586 and 110 + 240 * 0.6414.
  expect(svg).toContain('<line x1="196.1" y1="54" x2="263.9" y2="54"');
  expect(svg).toContain('>t/one (pearson)</text>');
  expect(svg.match(/>0\.500</g)).toHaveLength(1);
});

test('makes room below 0 for negative scores', () => {
  const records = [run('lora', 't/one', 0, -0.5), run('lora', 't/one', 1, -0.5), run('xgb', 't/one', 0, 0.25)];
  const svg = qualityFigure(aggregate(records, axes(['lora', 'xgb'], ['t/one'])));
  // The axis runs from -0.5 to 1: -0.5 at its left end, 0.25 in its middle.
  expect(circles(svg).map(([x]) => x)).toEqual(['110.0', '230.0']);
});

test('is well formed for any label, and where nothing completed', () => {
  const records = [unfinished(sampleConfig({ label: 'a<b & c', task: 't/one' }), 'failed', 'crash')];
  const svg = qualityFigure(aggregate(records, axes(['a<b & c'], ['t/one'])));
  expect(svg).toContain('>a&lt;b &amp; c</text>');
  expect(svg).toContain('>t/one (no run)</text>');
  expect(circles(svg)).toEqual([]);
  expect(svg).not.toMatch(/NaN|Infinity|undefined/);
});

test('writes what XML has a sign for, and nothing that it cannot hold', () => {
  const label = 'a<b> & "c" ]]>\u0001\ud800 ранг 低秩 \u{1f600}';
  const svg = qualityFigure(aggregate([run(label, 't/one', 0, 0.5)], axes([label], ['t/one'])));
  expect(svg).toContain('>a&lt;b&gt; &amp; &quot;c&quot; ]]&gt;\ufffd\ufffd ранг 低秩 \u{1f600}</text>');
});
