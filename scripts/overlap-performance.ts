// Times the search for evaluation examples that repeat training examples, on made texts of a quarter and the whole of
// MNLI's and QQP's size, each in a process of its own. tsx scripts/overlap-performance.ts [CASE...]
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { TextExample } from '../harness/contracts/dataset.ts';
import { type Stream, streamsOf } from '../harness/random/streams.ts';
import { alignedTable } from '../harness/report/markdown.ts';
import { overlapOf } from '../harness/stats/overlap.ts';

interface Size {
  readonly train: number;
  readonly evaluation: number;
  /** Words of the two texts of a pair, on average. */
  readonly words: readonly [number, number];
  /** Pairs in a row that have the same first text: MNLI has three hypotheses a premise. */
  readonly sharing: number;
}

const MNLI: Size = { train: 392_702, evaluation: 19_647, words: [20, 10], sharing: 3 };
const QQP: Size = { train: 363_846, evaluation: 40_430, words: [11, 11], sharing: 1 };
const quarter = (size: Size): Size => ({ ...size, train: size.train >> 2, evaluation: size.evaluation >> 2 });
const CASES: Readonly<Record<string, Size>> = {
  'mnli/4': quarter(MNLI),
  mnli: MNLI,
  'qqp/4': quarter(QQP),
  qqp: QQP,
  'qqp+test': { ...QQP, evaluation: QQP.evaluation + 390_965 },
};

/** Of the evaluation pairs, those that are a training pair, and those that are one with a word changed. */
const [EXACT_SHARE, NEAR_SHARE] = [0.01, 0.02];
const VOCABULARY = 60_000;
const SYLLABLES = 400;

interface Measured {
  readonly exact: number;
  readonly near: number;
  readonly seconds: number;
  readonly peakRssBytes: number;
}

const [first, ...rest] = process.argv.slice(2);
if (first === '--measure') {
  process.stdout.write(JSON.stringify(measure(sizeOf(rest[0] ?? ''))));
} else {
  const names = first === undefined ? Object.keys(CASES) : [first, ...rest];
  const rows = names.map((name) => rowOf(name, sizeOf(name)));
  const headings = ['case', 'train', 'evaluation', 'exact', 'near', 'seconds', 'peak RSS MB'];
  process.stdout.write(`${alignedTable(headings, rows, 1)}\n`);
}

function sizeOf(name: string): Size {
  const size = CASES[name];
  if (size !== undefined) return size;
  process.stderr.write(`${name}: no such case; expected ${Object.keys(CASES).join(', ')}\n`);
  process.exit(2);
}

function rowOf(name: string, { train, evaluation }: Size): string[] {
  const script = fileURLToPath(import.meta.url);
  const printed = execFileSync(process.execPath, [...process.execArgv, script, '--measure', name], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const { exact, near, seconds, peakRssBytes } = JSON.parse(printed) as Measured;
  const row = [name, ...[train, evaluation, exact, near].map(String)];
  return [...row, seconds.toFixed(1), (peakRssBytes / 2 ** 20).toFixed(0)];
}

function measure(size: Size): Measured {
  const data = makeData(size);
  const began = performance.now();
  const { exact, near } = overlapOf(data);
  const seconds = (performance.now() - began) / 1000;
  return { exact, near, seconds, peakRssBytes: process.resourceUsage().maxRSS * 1024 };
}

function makeData(size: Size): { train: TextExample[]; evaluation: [{ name: string; examples: TextExample[] }] } {
  const streams = streamsOf(0);
  const draw = wordsByZipf(streams('vocabulary'));
  const train = makePairs('train', size.train, size, draw, streams('train'));
  const fresh = makePairs('validation', size.evaluation, size, draw, streams('validation'));
  const stream = streams('copies');
  const examples = fresh.map((example): TextExample => {
    const chance = stream.uniform(0, 1);
    if (chance >= EXACT_SHARE + NEAR_SHARE) return example;
    const [one = '', two = ''] = (train[stream.integer(train.length)] as TextExample).texts;
    const changed = chance < EXACT_SHARE ? one : withWordChanged(one, draw(stream), stream);
    return { ...example, texts: [changed, two] };
  });
  return { train, evaluation: [{ name: 'validation', examples }] };
}

function makePairs(name: string, count: number, { words, sharing }: Size, draw: Draw, stream: Stream): TextExample[] {
  const examples: TextExample[] = [];
  let shared = '';
  for (let i = 0; i < count; i++) {
    if (i % sharing === 0) shared = makeText(words[0], draw, stream);
    examples.push({ id: `${name}-${i}`, texts: [shared, makeText(words[1], draw, stream)], label: 0 });
  }
  return examples;
}

/** Half as many words as on average and more: short texts are common, long ones have no bound. */
function makeText(average: number, draw: Draw, stream: Stream): string {
  const length = Math.ceil(average * (0.5 - 0.5 * Math.log(1 - stream.uniform(0, 1))));
  return `${Array.from({ length }, () => draw(stream)).join(' ')}.`;
}

function withWordChanged(text: string, word: string, stream: Stream): string {
  const words = text.split(' ');
  return words.with(stream.integer(words.length), word).join(' ');
}

type Draw = (stream: Stream) => string;

/** Words of one to four syllables, of which the n-th comes 1/n as often as the first, and so do their syllables. */
function wordsByZipf(stream: Stream): Draw {
  const syllables = Array.from({ length: SYLLABLES }, () =>
    [letter('bcdfghklmnprst', stream), letter('aeiou', stream), letter(' nrst', stream).trim()].join(''),
  );
  const syllable = byZipf(syllables);
  const words = Array.from({ length: VOCABULARY }, (_, rank) =>
    Array.from({ length: 1 + stream.integer(rank < 200 ? 2 : 4) }, () => syllable(stream)).join(''),
  );
  return byZipf(words);
}

function letter(of: string, stream: Stream): string {
  return of.charAt(stream.integer(of.length));
}

function byZipf(items: readonly string[]): Draw {
  let sum = 0;
  const sums = items.map((_, rank) => {
    sum += 1 / (rank + 1);
    return sum;
  });
  return (stream) => {
    const chosen = stream.uniform(0, sum);
    let [low, high] = [0, items.length - 1];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((sums[middle] as number) <= chosen) low = middle + 1;
      else high = middle;
    }
    return items[low] as string;
  };
}
