// Prints how often intervals hold the true difference and how often tests reject what is true, in 2,000 made studies of
// five seeds a scenario. tsx scripts/simulate.ts [STUDIES]
import { alignedTable } from '../harness/report/markdown.ts';
import { type Scenario, simulate } from './simulated-studies.ts';

const STUDIES = 2000;
/** Fewer than a comparison takes, which its error hardly notices. */
const RESAMPLES = 1000;

const made = (
  name: string,
  measure: Scenario['measure'],
  skills: readonly [number, number],
  seed: number,
  example: number,
  method: number,
  seeds = 5,
): Scenario => ({ name, measure, skills, examples: 200, seeds, deviations: { seed, example, method } });

const SCENARIOS: readonly Scenario[] = [
  made('seeds dominate', 'accuracy', [0.9, 0.2], 0.3, 0.5, 0.1),
  made('examples dominate', 'accuracy', [0.9, 0.2], 0.03, 1, 0.8),
  made('mixed', 'accuracy', [0.9, 0.2], 0.1, 1, 0.5),
  made('mixed', 'f1', [0.9, 0.2], 0.15, 1, 0.5),
  made('mixed', 'matthews', [0.9, 0.2], 0.15, 1, 0.5),
  made('mixed', 'pearson', [1.4, 0.9], 0.15, 1, 0.5),
  made('no effect of seeds', 'accuracy', [0.9, 0.2], 0, 1, 0),
  made('no effect of seeds', 'f1', [0.9, 0.2], 0, 1, 0),
  made('mixed, 3 seeds', 'accuracy', [0.9, 0.2], 0.1, 1, 0.5, 3),
  made('mixed, 2 seeds', 'accuracy', [0.9, 0.2], 0.1, 1, 0.5, 2),
];

const studies = process.argv[2] === undefined ? STUDIES : Number(process.argv[2]);
const percent = (share: number | null) => (share === null ? '' : (100 * share).toFixed(1));
const rows = SCENARIOS.map((scenario) => {
  process.stderr.write(`${scenario.name}, ${scenario.measure}\n`);
  const { difference, held, rejected, equivalent } = simulate(scenario, studies, RESAMPLES);
  return [
    ...[scenario.name, scenario.measure, difference.toFixed(3)],
    ...[held.overBoth, held.bootstrap, held.overSeeds].map(percent),
    ...[rejected.overBoth, rejected.overSeeds, equivalent, rejected.examplesTest, rejected.examplesTestMidP].map(
      percent,
    ),
  ];
});
const headings = [
  ...['scenario', 'metric', 'difference'],
  ...['held, both', 'held, bootstrap', 'held, seeds'],
  ...['rejected, both', 'rejected, seeds', 'equivalent at margin', 'rejected, examples', 'by mid-p'],
];
process.stdout.write(`${alignedTable(headings, rows, 2)}\n`);
