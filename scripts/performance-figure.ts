// The figure of results/performance: time and memory of each case as a share of PyTorch + PEFT's.
// tsx scripts/performance-figure.ts draws it again from results.json.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { PlotChart, Point, Series } from '../harness/report/figures/chart.ts';
import { drawSvg } from '../harness/report/figures/draw.ts';

const FOLDER = fileURLToPath(new URL('../results/performance', import.meta.url));

/** One case of results.json, of which the figure needs so much. */
export interface MeasuredCase {
  readonly name: string;
  readonly rounds: readonly {
    readonly ours: { readonly secondsPerBatch: { readonly median: number }; readonly peakRssBytes: number };
    readonly peer: { readonly median: number; readonly peakRssBytes: number };
  }[];
  /** Medians over the rounds. */
  readonly milliseconds: { readonly ours: number; readonly peer: number };
  readonly peakMegabytes: { readonly ours: number; readonly peer: number };
}

export function ratioChart(cases: readonly MeasuredCase[], versions: string): PlotChart {
  const time = cases.map(({ name, milliseconds, rounds }) =>
    pointOf(
      name,
      milliseconds,
      rounds.map(({ ours, peer }) => ours.secondsPerBatch.median / peer.median),
    ),
  );
  const memory = cases.map(({ name, peakMegabytes, rounds }) =>
    pointOf(
      name,
      peakMegabytes,
      rounds.map(({ ours, peer }) => ours.peakRssBytes / peer.peakRssBytes),
    ),
  );
  const named = (name: string, points: Point[]): Series => ({ name, points, joined: false });
  return {
    kind: 'plot',
    name: 'performance-ratios',
    title: 'Time and memory as a share of PyTorch + PEFT',
    caption: `Seconds per batch and peak memory over those of ${versions}: the ratio of the medians over the rounds; bars reach from the smallest to the largest ratio of a round.`,
    panels: [
      {
        title: '',
        x: { label: '', scale: 'category' },
        y: { label: 'share of PyTorch + PEFT', scale: 'linear' },
        series: [named('time', time), named('memory', memory)],
        levels: [{ name: 'as PyTorch + PEFT', y: 1, low: null, high: null }],
      },
    ],
    inset: null,
    notes: [],
  };
}

function pointOf(name: string, { ours, peer }: MeasuredCase['milliseconds'], ratios: readonly number[]): Point {
  const y = ours / peer;
  return { x: name, y, low: Math.min(...ratios), high: Math.max(...ratios), text: y.toFixed(2) };
}

export function writeRatios(): void {
  const results: { versions: string; comparisons: MeasuredCase[] } = JSON.parse(
    readFileSync(join(FOLDER, 'results.json'), 'utf8'),
  );
  writeFileSync(join(FOLDER, 'ratios.svg'), drawSvg(ratioChart(results.comparisons, results.versions)));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeRatios();
